"""Who is in a room, asked once in a while."""

from appservice.matrix.room.membership_cache import MatrixMemberships
from bot.ids import RoomId, UserId
from tests.support.fake_homeserver import BOT, FakeHomeserver

ALICE = UserId("@alice:test")
SELLERS = RoomId("!sellers:test")


async def test_a_room_is_found_by_alias_and_by_id() -> None:
    matrix = FakeHomeserver(lambda: None)
    matrix.members[SELLERS] = {BOT, ALICE}
    matrix.aliases["#sellers:test"] = SELLERS
    members = MatrixMemberships(matrix)
    assert await members.includes("#sellers:test", ALICE)
    assert await members.includes(SELLERS, ALICE)
    assert not await members.includes(SELLERS, UserId("@bob:test"))


async def test_the_answer_is_remembered_for_a_moment() -> None:
    matrix = FakeHomeserver(lambda: None)
    matrix.members[SELLERS] = {BOT, ALICE}
    members = MatrixMemberships(matrix)
    assert await members.includes(SELLERS, ALICE)
    matrix.members[SELLERS] = {BOT}
    assert await members.includes(SELLERS, ALICE)
    members.known.clear()
    assert not await members.includes(SELLERS, ALICE)


async def test_a_room_that_is_not_there_has_nobody_in_it() -> None:
    members = MatrixMemberships(FakeHomeserver(lambda: None))
    assert not await members.includes("#nowhere:test", ALICE)
