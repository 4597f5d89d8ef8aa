"""A homeserver in memory; tests/contract/test_matrix_*.py hold it to what Synapse does.

It keeps state to assert on, not calls. It fails when it is used inside a unit of work, and can be told to kill
the program right before or right after any of its effects.
"""

from dataclasses import dataclass

from tests.support.homeserver.fake_encryption import FakeEncryption
from tests.support.homeserver.fake_media import FakeMedia
from tests.support.homeserver.fake_room_history import FakeRoomHistory
from tests.support.homeserver.fake_room_membership import FakeRoomMembership
from tests.support.homeserver.fake_room_state import FakeRoomState
from tests.support.homeserver.fake_rooms import FakeRooms
from tests.support.homeserver.room_records import BOT, Said

__all__ = ["BOT", "FakeHomeserver", "Said"]


@dataclass
class FakeHomeserver(
    FakeEncryption, FakeMedia, FakeRoomHistory, FakeRoomMembership, FakeRoomState, FakeRooms
):
    """Fulfils every port of `bot.ports` that the homeserver serves."""
