"""Who is in which room, remembered for a moment: it is asked of everybody who says anything."""

import logging
from dataclasses import dataclass, field

from cachetools import TTLCache

from bot.errors import UserError
from bot.ids import UserId
from bot.ports import RoomState
from bot.services.messaging.room_replacement import counts_as_member

_KEPT = 10_000
_SECONDS = 30

_LOG = logging.getLogger(__name__)

_Known = TTLCache[tuple[str, UserId], bool]


def _nothing_known() -> _Known:
    return TTLCache(_KEPT, _SECONDS)


@dataclass(frozen=True, slots=True)
class MatrixMemberships:
    """The port `Memberships`."""

    state: RoomState
    known: _Known = field(default_factory=_nothing_known, repr=False)

    async def includes(self, room: str, user: UserId) -> bool:
        known = self.known.get((room, user))
        if known is not None:
            return known
        try:
            inside = await counts_as_member(self.state, await self.state.resolve(room), user)
        except UserError as refusal:
            _LOG.warning("a room in permissions is not there", extra={"error": str(refusal)})
            inside = False
        self.known[room, user] = inside
        return inside
