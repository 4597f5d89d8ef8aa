"""The port `RoomEncryption` of a bot that knows no encryption."""

from collections.abc import Mapping
from typing import Any

from bot.ids import RoomId


class Unencrypted:
    async def is_encrypted(self, _: RoomId) -> bool:
        return False

    async def read(self, _: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return None
