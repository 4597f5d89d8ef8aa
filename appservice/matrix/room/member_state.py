"""How a user stands to a room. https://spec.matrix.org/v1.17/client-server-api/#mroommember"""

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.json_fields import text
from appservice.matrix.responses import MatrixRejected
from bot.ids import RoomId, UserId

_NOT_SEEN = frozenset({"M_NOT_FOUND", "M_FORBIDDEN"})


async def membership(client: MatrixClient, room: RoomId, user: UserId) -> str | None:
    """`join`, `invite`, `leave`, `ban` or `knock`; None for a stranger, or a room we can't see."""
    path = path_of("/_matrix/client/v3/rooms/{}/state/m.room.member/{}", room, user)
    try:
        return text(await client.call("GET", path), "membership")
    except MatrixRejected as rejected:
        if rejected.code not in _NOT_SEEN:
            raise
        return None
