"""Putting a page of ours beside a room, for the apps that show such.

https://github.com/matrix-org/matrix-spec-proposals/pull/1236
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.json_fields import section
from appservice.matrix.responses import MatrixRejected
from bot.i18n import gettext_lazy
from bot.ids import RoomId

_WIDGET = "im.vector.modular.widgets"
_LAYOUT = "io.element.widgets.layout"
_ID = "matrix-ppv-studio"
_ON_TOP = {"container": "top", "index": 0, "width": 100, "height": 60}
"""Where Element shows it, and how much of the room's width and height it takes, in percent."""


@dataclass(frozen=True, slots=True)
class MatrixRoomWidgets:
    """The port `RoomWidgets`."""

    client: MatrixClient

    async def put_up(self, room: RoomId, name: str, url: str) -> None:
        content = {
            "id": _ID,
            "type": "m.custom",
            "name": name,
            "url": url,
            "creatorUserId": self.client.user_id,
            "waitForIframeLoad": True,
            "data": {},
        }
        await self._set(room, _WIDGET, content, key=_ID)
        others = await self._others(room)
        await self._set(room, _LAYOUT, {"widgets": {**others, _ID: _ON_TOP}})

    async def take_down(self, room: RoomId) -> None:
        if await self._state(room, _WIDGET, key=_ID):
            await self._set(room, _WIDGET, {}, key=_ID)
            await self._set(room, _LAYOUT, {"widgets": await self._others(room)})

    async def _others(self, room: RoomId) -> dict[str, Any]:
        """How other widgets stand there."""
        layout = section(await self._state(room, _LAYOUT), "widgets")
        return {key: each for key, each in layout.items() if key != _ID}

    async def _set(
        self, room: RoomId, type_: str, content: Mapping[str, Any], key: str = ""
    ) -> None:
        await self.client.call("PUT", _path(room, type_, key), content, refusals=self._may_not())

    async def _state(self, room: RoomId, type_: str, key: str = "") -> Mapping[str, Any]:
        try:
            return await self.client.call("GET", _path(room, type_, key), refusals=self._may_not())
        except MatrixRejected as rejected:
            if rejected.code != "M_NOT_FOUND":
                raise
            return {}

    def _may_not(self) -> Mapping[str, str]:
        return {
            "M_FORBIDDEN": gettext_lazy(
                "I may not change what stands beside this chat. Write `/op {bot} 50` here, which makes me a"
                " moderator, and then your word once more.",
                bot=self.client.user_id,
            )
        }


def _path(room: RoomId, type_: str, key: str) -> str:
    return path_of("/_matrix/client/v3/rooms/{}/state/{}/{}", room, type_, key)
