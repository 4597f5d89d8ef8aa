"""What each key-encryption key (KEK) locks up, so that one knows when an old one can go."""

from dataclasses import dataclass

from appservice.db.store import SqlStore
from appservice.keys_at_rest import bot_encryption_key_ids
from bot.ids import KekId
from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    kek: KekId
    active: bool
    configured: bool
    content_keys: int
    records: bool
    """The key of the encrypted columns lies under it."""
    encryption: bool
    """The bot's own encryption lies under it."""
    in_token: bool

    @property
    def used(self) -> bool:
        return bool(self.content_keys or self.records or self.encryption)

    @property
    def summary(self) -> str:
        """What it locks up."""
        keys = f"{self.content_keys} content key{'' if self.content_keys == 1 else 's'}"
        held = [keys] * bool(self.content_keys) + ["the records"] * self.records
        held += ["the bot's encryption"] * self.encryption
        return " and ".join(held) or "nothing"


async def key_uses(settings: Settings, store: SqlStore) -> tuple[KeyUse, ...]:
    """Of all KEKs that are configured or in use, the active one first. Raises CryptoUnusable."""
    async with store.begin() as uow:
        content = await uow.offers.kek_usage()
    records = await store.record_key.kek()
    off = settings.encryption.direct_rooms == "off"
    encryption = set[KekId]() if off else bot_encryption_key_ids(settings.encryption.folder)
    in_token = set(map(KekId, settings.keys.labels()))
    active, configured = KekId(settings.keys.active), set(map(KekId, settings.keys.keks))
    known = configured | set(content) | encryption | ({records} if records else set())
    return tuple(
        KeyUse(
            kek=kek,
            active=kek == active,
            configured=kek in configured,
            content_keys=content.get(kek, 0),
            records=kek == records,
            encryption=kek in encryption,
            in_token=kek in in_token,
        )
        for kek in sorted(known, key=lambda kek: (kek != active, kek))
    )
