"""Decide whether what somebody said counts: how it came, and from which device.

In an encrypted room whoever runs a homeserver could say something unencrypted in anybody's name, or add a
device to somebody's account; where a person has a cross-signing identity, neither passes for the person.
"""

from dataclasses import dataclass

from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.people.cross_signing import Author, Identity
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId
from bot.ports import RoomEncryption, Store
from bot.services.inbound.remember_identities import RememberIdentities

HARMLESS = frozenset({"help", "lang", "identity", "draft", "done", "shop", "report", "buy"})
"""Commands that move no money, open no pages and put nothing on sale."""
ENCRYPTED_ONLY = frozenset({"admin", "claim"})
"""Commands that are obeyed in rooms with others, but unencrypted only from people who cannot encrypt."""


@dataclass(frozen=True, slots=True)
class VetSender:
    store: Store
    encryption: RoomEncryption
    remember: RememberIdentities
    required: bool
    """Devices of people without a cross-signing identity do not count."""

    async def __call__(
        self, origin: EventMeta, *, harmless: bool, aloud: bool, direct: bool
    ) -> bool:
        """Whether to go on. Raises UserError, where it is `aloud`, for what a person can mend.

        `harmless`: it moves no money and opens nothing. `direct`: it was said in the person's direct room.
        """
        if not origin.encrypted:
            return await self._clear(origin, harmless=harmless or not direct, aloud=aloud)
        identity = await self._identity(origin)
        if identity is not None and not self._trusts(identity, origin.author):
            return await self._once(_UNSIGNED, "unsigned device", _device(origin), aloud=aloud)
        if identity is not None and identity.is_changed and not harmless:
            if aloud:
                raise UserError(_CHANGED)
            return False
        return True

    async def trusts(self, sender: UserId, author: Author) -> bool:
        """Whether what this device sends counts; said to nobody."""
        identity = (await self.remember({sender: author.seen}))[sender]
        return self._trusts(identity, author)

    def _trusts(self, identity: Identity, author: Author | None) -> bool:
        return author is None or identity.trusts(author.device, author.seen, required=self.required)

    async def _identity(self, origin: EventMeta) -> Identity | None:
        """An event without an author was vetted by the gate before it came into the room."""
        sender, author = origin.sender, origin.author
        if author is not None:
            return (await self.remember({sender: author.seen}))[sender]
        async with self.store.begin() as uow:
            return await uow.people.identity(sender)

    async def _clear(self, origin: EventMeta, *, harmless: bool, aloud: bool) -> bool:
        if await self.encryption.is_encrypted(origin.room):
            key = f"{origin.room} {origin.sender}"
            return await self._once(_UNENCRYPTED, "clear in encrypted", key, aloud=aloud)
        if harmless:
            return True
        async with self.store.begin() as uow:
            identity = await uow.people.identity(origin.sender)
        if identity is None or not (identity.trusted or identity.devices):
            return True
        if aloud:
            raise UserError(_ELSEWHERE)
        return False

    async def _once(self, words: str, what: str, whose: str, *, aloud: bool) -> bool:
        if aloud:
            async with self.store.begin() as uow:
                first = await uow.inbox.accept(what, whose)
            if first:
                raise UserError(words)
        return False


def _device(origin: EventMeta) -> str:
    return f"{origin.sender} {origin.author.device if origin.author else ''}"


_UNENCRYPTED = gettext_lazy(
    "This came unencrypted into an encrypted room, and so it could be from anybody. Here I only do what comes"
    " encrypted: please say it again from an app that encrypts."
)
_UNSIGNED = gettext_lazy(
    "This came from an app that you have not verified, and so it could be somebody else's. Please verify it (in"
    " your other app, under “Sessions” or “Devices”), or say it again from a verified one. I tell you this once."
)
_CHANGED = gettext_lazy(
    "Your encryption identity is a new one. Before I do that, please say `!ppv identity confirm`, best from an"
    " app that you used with me before."
)
_ELSEWHERE = gettext_lazy(
    "You and I can talk encrypted, so I do that only there: unencrypted it could be from anybody. Please say it"
    " in our encrypted direct chat."
)
