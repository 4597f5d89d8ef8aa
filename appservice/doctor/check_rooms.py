"""The rooms that the settings name: where alerts go, and lists of whom to keep out."""

from collections.abc import Mapping
from dataclasses import dataclass

from appservice.bot_config import bot_id
from appservice.doctor.check_result import Check, CheckFailed
from appservice.matrix.client import ActAs, MatrixClient, path_of
from appservice.matrix.json_fields import text
from appservice.matrix.responses import MatrixRejected
from bot.ids import RoomId
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class RoomChecks:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        """Nothing where no room is named."""
        checks: dict[str, Check] = {}
        if self.settings.admins.room:
            checks["admins"] = self.admins
        if self.settings.admins.policy_lists:
            checks["lists"] = self.policy_lists
        return checks

    async def admins(self) -> str:
        room = self.settings.admins.room
        await self._require(room, "admins.room")
        return f"alerts go to {room}"

    async def policy_lists(self) -> str:
        rooms = self.settings.admins.policy_lists
        for room in rooms:
            await self._require(room, "admins.policy_lists")
        return f"{len(rooms)} followed"

    async def _require(self, room: str, setting: str) -> None:
        settings = self.settings
        bot = bot_id(settings)
        token = settings.appservice.as_token.get_secret_value()
        async with MatrixClient.open(settings.homeserver.url, bot, "DOCTOR", token) as client:
            found = await _room_id(client, room)
            if found is None:
                raise CheckFailed(f"there is no room {room}: look at {setting}")
            answer = await client.call("GET", "/_matrix/client/v3/joined_rooms", acting=ActAs.USER)
            joined = answer.get("joined_rooms")
            if not isinstance(joined, list) or found not in joined:
                raise CheckFailed(
                    f"the bot is not in {room}: invite {bot} there, or change {setting}"
                )


async def _room_id(client: MatrixClient, room: str) -> RoomId | None:
    if room.startswith("!"):
        return RoomId(room)
    try:
        path = path_of("/_matrix/client/v3/directory/room/{}", room)
        answer = await client.call("GET", path, acting=ActAs.USER)
    except MatrixRejected:
        return None
    found = text(answer, "room_id")
    return RoomId(found) if found else None
