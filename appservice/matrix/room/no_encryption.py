"""The port `RoomEncryption` of a bot that knows no encryption."""

from collections.abc import Mapping
from typing import Any

from bot.errors import TemporaryError
from bot.ids import RoomId
from bot.ports import DecryptedPreview


class NoEncryption:
    async def is_encrypted(self, _: RoomId) -> bool:
        return False

    async def read_ahead(self, _: Mapping[str, Any]) -> DecryptedPreview:
        raise TemporaryError("there is no encryption here to read with")

    async def read(self, _: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return None
