"""The ports `RoomEncryption` and `Gate` of the fake homeserver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.matrix.gate_coverage import GateCoverage
from bot.domain.people.cross_signing import Author, SeenIdentity
from bot.errors import OperatorError, TemporaryError
from bot.ids import RoomId, UserId
from bot.ports import DecryptedPreview
from tests.support.homeserver.room_records import RoomRecords

_AUTHOR = Author(device="a device", seen=SeenIdentity(master_key="", devices=frozenset()))


def _author(inside: Mapping[str, Any]) -> Author:
    known = inside.get("author")
    if known is None:
        return _AUTHOR
    seen = SeenIdentity(master_key=known["master_key"], devices=frozenset(known["devices"]))
    return Author(device=known["device"], seen=seen)


@dataclass
class FakeEncryption(RoomRecords):
    keys: set[str] = field(default_factory=set)
    """The sessions whose keys have come."""
    armed: dict[tuple[RoomId, UserId], datetime] = field(default_factory=dict)
    gate: GateCoverage = GateCoverage.NONE
    gate_broken: bool = False

    async def is_encrypted(self, room: RoomId) -> bool:
        self.outside_unit_of_work()
        return room in self.encrypted

    async def read(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the event that `Timeline.encrypted` has wrapped, once its key has come."""
        self.outside_unit_of_work()
        if event["content"]["session_id"] not in self.keys:
            return None
        return {**event, **event["content"]["ciphertext"], "encrypted": True}

    async def read_ahead(self, event: Mapping[str, Any]) -> DecryptedPreview:
        self.outside_unit_of_work()
        content = event["content"]
        if content["session_id"] not in self.keys:
            raise TemporaryError("the key of a held event has not come")
        inside = content["ciphertext"]
        return DecryptedPreview(
            inside["type"],
            inside["content"],
            f"{content['session_id']} {event['event_id']}",
            _author(inside),
        )

    async def arm(self, room: RoomId, seller: UserId, until: datetime) -> GateCoverage:
        self.outside_unit_of_work()
        if self.gate_broken:
            raise OperatorError("the gate answered 403")
        self.armed[room, seller] = until
        return self.gate

    async def reach(self, seller: UserId) -> GateCoverage:
        self.outside_unit_of_work()
        return self.gate
