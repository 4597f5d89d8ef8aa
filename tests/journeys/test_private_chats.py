"""Chats that are private, that only claim to be so, and that stop being so: what goes where."""

from typing import Any

import pytest

from bot.domain.matrix.event_filter import STRIPPED_ID
from bot.domain.offers.offer import OfferState
from bot.ids import EventId, RoomId, UserId, code_of
from bot.messages import (
    Goods,
    Library,
    Line,
    PersonalLink,
    Placeholder,
    RoomWelcome,
    SignInInvitation,
    Welcome,
)
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture"
MALLORY = UserId("@mallory:test")
TRAP = RoomId("!trap:test")
OWN = RoomId("!own:test")


@pytest.fixture
async def house() -> BotHarness:
    """Alice has her studio, and sells something in the lounge."""
    house = BotHarness()
    await house.publishes(PNG)
    return house


async def opens_chat(house: BotHarness, room: RoomId = OWN, who: UserId = BOB) -> RoomId:
    house.matrix.members[room] = {who}
    await house.hears(house.timeline.invitation(room, who, BOT, direct=True))
    return room


def rooms_of(house: BotHarness, kind: type[object]) -> set[RoomId]:
    return {said.room for said in house.matrix.said_of(kind)}


def stripped(
    house: BotHarness, room: RoomId, sender: UserId, *, direct: bool = True
) -> dict[str, Any]:
    """As the sweep hands over what stood in the stripped state of an invitation."""
    invitation = house.timeline.invitation(room, sender, BOT, direct=direct)
    return invitation | {"event_id": f"{STRIPPED_ID}{invitation['event_id']}"}


async def buys(house: BotHarness, who: UserId = BOB) -> None:
    await house.reacts(who, LOUNGE, house.matrix.event_of(Placeholder), "🔓")


# --- claims


async def test_a_forged_inviter_gets_no_sign_in_of_the_one_whom_it_names(house: BotHarness) -> None:
    house.matrix.members[TRAP] = {MALLORY}
    house.matrix.inviters[TRAP] = MALLORY
    await house.hears(stripped(house, TRAP, ALICE))
    await house.says(ALICE, LOUNGE, "!ppv library")
    await house.says(ALICE, STUDIO, "studio")
    assert TRAP not in rooms_of(house, SignInInvitation) | rooms_of(house, Library)
    assert rooms_of(house, SignInInvitation) == {STUDIO}


async def test_without_word_of_the_true_inviter_a_stripped_invitation_is_nobodys(
    house: BotHarness,
) -> None:
    house.matrix.members[TRAP] = {MALLORY, CAROL}
    await house.hears(stripped(house, TRAP, ALICE))
    assert BOT not in house.matrix.members[TRAP]
    assert not house.matrix.in_room(TRAP)


async def test_the_level_of_the_true_inviter_counts(house: BotHarness) -> None:
    troll = UserId("@troll:test")
    house.matrix.members[TRAP] = {troll}
    house.matrix.inviters[TRAP] = troll
    await house.hears(stripped(house, TRAP, ALICE))
    assert BOT not in house.matrix.members[TRAP]
    assert not house.matrix.in_room(TRAP)


async def test_a_forged_stranger_is_told_nothing(house: BotHarness) -> None:
    house.matrix.members[TRAP] = {MALLORY}
    await house.hears(stripped(house, TRAP, UserId("@stranger:elsewhere")))
    assert BOT not in house.matrix.members[TRAP]
    assert not house.matrix.in_room(TRAP)


LIES: dict[str, dict[str, Any]] = {
    "public": {"join_rule": "public"},
    "restricted": {"join_rule": "restricted"},
    "readable": {"history": "world_readable"},
    "upgraded": {"replaced": True},
    "made by somebody else": {"creators": frozenset({MALLORY})},
    "with another creator": {"creators": frozenset({BOB, MALLORY})},
    "with another member": {"members": {BOB: "join", BOT: "join", MALLORY: "join"}},
    "with another invited": {"members": {BOB: "join", BOT: "join", MALLORY: "invite"}},
    "with another knocking": {"members": {BOB: "join", BOT: "join", MALLORY: "knock"}},
    "with another invited by e-mail": {"third_party_invites": True},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_room_that_calls_itself_a_chat_is_a_room(house: BotHarness, lie: str) -> None:
    house.matrix.state[OWN] = LIES[lie]
    await opens_chat(house)
    assert [type(each) for each in house.matrix.in_room(OWN)] == [RoomWelcome]
    await buys(house)
    assert OWN not in rooms_of(house, PersonalLink)
    assert rooms_of(house, PersonalLink)


async def test_a_room_with_a_copied_mark_is_not_taken_for_the_bots(house: BotHarness) -> None:
    """The bot died before it knew whether it had opened a chat, so it looks for one of its own."""
    house.matrix.members[TRAP] = {BOT, MALLORY}
    house.matrix.opened[TRAP] = BOB
    house.matrix.state[TRAP] = {"creators": frozenset({MALLORY})}
    async with house.store.begin() as uow:
        await uow.direct_rooms.begin_opening(BOB)
    await buys(house)
    await house.pays(BOB)
    assert TRAP not in rooms_of(house, PersonalLink) | rooms_of(house, Goods)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_record_alone_proves_nothing(house: BotHarness) -> None:
    """Whatever stands in the records, e.g. from an earlier version: the state decides."""
    house.matrix.members[TRAP] = {BOT, MALLORY}
    async with house.store.begin() as uow:
        await uow.direct_rooms.save(ALICE, TRAP)
    await house.says(ALICE, LOUNGE, "!ppv library")
    assert rooms_of(house, Library)
    assert TRAP not in rooms_of(house, Library)


# --- chats that stop being private

SPOILED: dict[str, dict[str, Any]] = {name: LIES[name] for name in LIES if "creator" not in name}


@pytest.mark.parametrize("how", SPOILED)
async def test_between_payment_and_delivery(house: BotHarness, how: str) -> None:
    await opens_chat(house)
    await buys(house)
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.state[OWN] = SPOILED[how]
    await house.stripe_says(hint)
    (goods,) = house.matrix.said_of(Goods)
    assert goods.room not in {OWN, LOUNGE}
    explanation = house.matrix.in_room(goods.room)[0]
    assert isinstance(explanation, Line)
    assert "takes the place of" in explanation.words
    assert "not ours alone" in str(house.matrix.in_room(OWN)[-1])


@pytest.mark.parametrize("how", SPOILED)
async def test_what_is_said_there_is_not_taken_for_private(house: BotHarness, how: str) -> None:
    house.matrix.state[STUDIO] = {
        **SPOILED[how],
        **(
            {"members": {BOT: "join", ALICE: "join", MALLORY: "join"}}
            if "members" in SPOILED[how]
            else {}
        ),
    }
    said = len(house.matrix.in_room(STUDIO))
    await house.says(ALICE, STUDIO, "stats")
    await house.says(ALICE, STUDIO, "studio")
    answers = house.matrix.in_room(STUDIO)[said:]
    assert [str(each) for each in answers if "not ours alone" not in str(each)] == []
    await house.says(ALICE, STUDIO, "!ppv stats")
    assert "in a direct chat" in str(house.matrix.in_room(STUDIO)[-1])


async def test_one_is_told_once_why_there_is_another_chat(house: BotHarness) -> None:
    await opens_chat(house)
    house.matrix.state[OWN] = LIES["public"]
    for _ in range(3):
        await house.says(BOB, OWN, "!ppv library")
    explanations = [each for each in house.matrix.of(Line) if "takes the place" in each.words]
    assert len(explanations) == 1
    assert (
        len([each for each in house.matrix.of(Line) if "not ours alone any more." in each.words])
        == 1
    )
    assert len(rooms_of(house, Library)) == 1


async def test_a_draft_goes_along(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "next.png")
    house.matrix.state[STUDIO] = LIES["public"]
    await house.says(ALICE, STUDIO, "!ppv library")
    (chat,) = rooms_of(house, Library)
    async with house.store.begin() as uow:
        draft = await uow.offers.draft_in(chat, ALICE)
    assert draft is not None
    await house.says(ALICE, chat, "7 USD Dawn")
    await house.says(ALICE, chat, "publish #lounge:test")
    states = [each.state for each in house.store.records.offers.values()]
    assert states == [OfferState.OPEN, OfferState.OPEN]


async def test_who_left_is_invited_again_and_keeps_the_chat(house: BotHarness) -> None:
    await opens_chat(house)
    house.matrix.members[OWN].discard(BOB)
    house.matrix.state[OWN] = {"creators": frozenset({BOB})}
    await buys(house)
    assert house.matrix.invited == [(OWN, BOB)]
    assert rooms_of(house, PersonalLink) == {OWN}


async def test_where_one_cannot_be_invited_again_there_is_another_chat(house: BotHarness) -> None:
    await opens_chat(house)
    house.matrix.members[OWN].discard(BOB)
    house.matrix.state[OWN] = {"creators": frozenset({BOB})}
    house.matrix.no_power.add(OWN)
    await buys(house)
    assert OWN not in rooms_of(house, PersonalLink)


async def test_a_refund_takes_back_what_was_sent_to_a_chat_that_is_out_of_use(
    house: BotHarness,
) -> None:
    await opens_chat(house)
    await buys(house)
    await house.pays(BOB)
    (goods,) = house.matrix.said_of(Goods)
    house.matrix.state[OWN] = LIES["public"]
    await house.says(BOB, OWN, "!ppv library")
    (purchase,) = house.store.records.purchases.values()
    await house.stripe_says(house.stripe.gives_back(purchase.payments[0].intent))
    assert goods.event in house.matrix.redacted


# --- the moment of sending


async def test_each_file_is_sent_only_while_the_chat_is_private(house: BotHarness) -> None:
    """Somebody comes in after the first of two files: both go to another chat."""
    await house.time_passes(minutes=1)
    offer = await house.publishes(PNG, PNG + b"2")
    await opens_chat(house)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    hint = house.stripe.pay(await house.clicks(BOB))
    confide = house.matrix.confide

    async def watched(room: Any, message: Any, tx: Any, **details: Any) -> EventId:
        event = await confide(room, message, tx, **details)
        if isinstance(message, Goods):
            house.matrix.state[OWN] = LIES["with another member"]
        return event

    house.matrix.confide = watched  # type: ignore[method-assign]
    house.restart(**house.rules)
    await house.stripe_says(hint)
    await house.time_passes(minutes=5)
    first, *others = house.matrix.said_of(Goods)
    assert first.room == OWN
    assert len(others) == 2
    assert len({said.room for said in others}) == 1
    assert others[0].room not in {OWN, LOUNGE}


async def test_a_welcome_is_for_the_one_who_is_there(house: BotHarness) -> None:
    await opens_chat(house)
    assert [type(each) for each in house.matrix.in_room(OWN)] == [Welcome]
