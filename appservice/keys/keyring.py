"""The key-encryption keys (KEKs) of the configuration, as a vault."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from appservice.keys.key_vault import Kek, KekVault
from appservice.keys.local_kek import LocalKek
from bot.errors import OperatorError
from bot.ids import KekId
from config.sections.storage import Keys

if TYPE_CHECKING:
    from appservice.keys.pkcs11_token import Token


class KeysUnusable(OperatorError):
    """The token with the key-encryption keys is not there, or not as the configuration says."""


@asynccontextmanager
async def open_vault(keys: Keys) -> AsyncIterator[KekVault]:
    """A token is not asked for anything before it is needed. Raises KeysUnusable."""
    keks: dict[KekId, Kek] = {
        KekId(id_): LocalKek(KekId(id_), key) for id_, key in keys.raw().items()
    }
    labels, active = keys.labels(), KekId(keys.active)
    if not labels:
        yield KekVault(keks, active)
        return
    async with open_token(keys) as token:
        from appservice.keys.pkcs11_kek import TokenKek  # noqa: PLC0415 - an extra

        for id_, label in labels.items():
            keks[KekId(id_)] = TokenKek(KekId(id_), token, label)
        yield KekVault(keks, active)


@asynccontextmanager
async def open_token(keys: Keys) -> "AsyncIterator[Token]":
    """Raises KeysUnusable."""
    try:
        from appservice.keys.pkcs11_token import Access, Token  # noqa: PLC0415
    except ImportError:
        raise KeysUnusable(
            "keys.pkcs11 needs an extra package: pip install '.[pkcs11]' in the copy of the repository"
        ) from None
    settings = keys.pkcs11
    access = Access(
        module=settings.module, label=settings.token, pin=settings.pin.get_secret_value()
    )
    async with Token.open(access) as token:
        yield token
