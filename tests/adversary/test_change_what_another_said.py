"""Somebody wants to change what another person said to the bot: by an edit, or by what stands outside of a ciphertext.

https://spec.matrix.org/v1.17/client-server-api/#validity-of-replacement-events
"""

from typing import Any, cast

import pytest

from appservice.matrix.client import MatrixClient
from appservice.matrix.room.room_history import MatrixRoomHistory
from bot.ids import EventId, RoomId, UserId
from bot.messages import DraftCard, Help, Shop
from bot.ports import Act, Power
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

MALLORY = UserId("@mallory:test")
ELSEWHERE = RoomId("!elsewhere:test")
PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    house.matrix.members[LOUNGE] |= {MALLORY}
    house.matrix.members[ELSEWHERE] = {MALLORY, BOB, BOT}
    house.matrix.powers[LOUNGE, MALLORY, Act.REDACT] = Power(100, 50)
    return house


@pytest.mark.parametrize("who", [MALLORY, ALICE, CAROL])
async def test_by_an_edit_of_ones_own_also_as_a_moderator(house: BotHarness, who: UserId) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    await house.hears(house.timeline.edit(LOUNGE, who, event, "!ppv shop"))
    assert not house.matrix.of(Shop)
    await house.hears(house.timeline.edit(LOUNGE, BOB, event, "!ppv shop"))
    assert len(house.matrix.of(Shop)) == 1


async def test_by_an_edit_of_the_price_of_a_flag(house: BotHarness) -> None:
    event = await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    await house.hears(house.timeline.edit(LOUNGE, MALLORY, event, "!ppv 1 USD Sunset"))
    (offer,) = house.store.records.offers.values()
    assert offer.price is not None
    assert offer.price.minor == 500


async def test_by_an_edit_in_another_room(house: BotHarness) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    await house.hears(house.timeline.edit(ELSEWHERE, BOB, event, "!ppv shop"))
    assert not house.matrix.of(Shop)


async def test_by_an_edit_of_an_edit(house: BotHarness) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    edit = house.timeline.edit(LOUNGE, BOB, event, "!ppv sohp")
    await house.hears(edit)
    await house.hears(house.timeline.edit(LOUNGE, BOB, edit["event_id"], "!ppv shop"))
    assert not house.matrix.of(Shop)


async def hears_in_studio(house: BotHarness, raw: dict[str, Any]) -> None:
    house.matrix.encrypted = {STUDIO}
    house.matrix.keys.add("s1")
    await house.hears_encrypted(house.timeline.encrypted(raw, "s1"))


async def test_by_a_clear_edit_in_an_encrypted_chat(house: BotHarness) -> None:
    await hears_in_studio(house, misspelt := house.timeline.text(STUDIO, ALICE, "hlep"))
    await house.hears(house.timeline.edit(STUDIO, ALICE, misspelt["event_id"], "help"))
    assert not house.matrix.of(Help)


async def test_by_taking_away_the_relation_of_an_encrypted_edit(house: BotHarness) -> None:
    """It stands in clear beside the ciphertext. Without it the edit would be a second command."""
    await hears_in_studio(house, asked := house.timeline.text(STUDIO, ALICE, "help"))
    edit = house.timeline.edit(STUDIO, ALICE, asked["event_id"], "help")
    del edit["content"]["m.relates_to"]
    edit["content"]["body"] = "help"
    await hears_in_studio(house, edit)
    assert len(house.matrix.of(Help)) == 1


async def test_by_adding_a_relation_to_an_encrypted_command(house: BotHarness) -> None:
    """It makes nothing of the command, so the homeserver gains no more than by dropping it."""
    await hears_in_studio(house, misspelt := house.timeline.text(STUDIO, ALICE, "hlep"))
    command = house.timeline.text(STUDIO, ALICE, "5 USD Sunset")
    relation = {"rel_type": "m.replace", "event_id": misspelt["event_id"]}
    command["content"]["m.relates_to"] = relation
    await hears_in_studio(house, command)
    assert not house.matrix.of(DraftCard)
    assert not house.store.records.offers


class PagesOfEdits:
    """A homeserver on which Mallory has sent hundreds of edits of somebody else's event."""

    async def call(self, method: str, path: str) -> dict[str, Any]:
        del method
        if "from=" not in path:
            forged = [{"event_id": f"$forged{each}", "sender": MALLORY} for each in range(100)]
            return {"chunk": [*forged, "nonsense", {"sender": ALICE}], "next_batch": "more"}
        return {"chunk": [{"event_id": "$true", "sender": ALICE}]}


async def test_to_hide_the_true_edits_of_a_file_behind_hundreds_of_forged_ones() -> None:
    """Each true one holds the address of the file, so it has to go when the file goes on sale."""
    history = MatrixRoomHistory(cast("MatrixClient", PagesOfEdits()))
    assert await history.edits(LOUNGE, EventId("$file"), ALICE) == ("$true",)


async def test_to_have_ones_own_message_taken_for_an_edit_of_a_file(house: BotHarness) -> None:
    raw = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), "1.png")
    file, forged, true = (EventId(each) for each in (raw["event_id"], "$forged", "$true"))
    house.matrix.edited[file, MALLORY] = [forged]
    house.matrix.edited[file, ALICE] = [true]
    await house.hears(raw)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert {file, true} <= set(house.matrix.redacted)
    assert forged not in house.matrix.redacted
