"""What admins do in their own room."""

from datetime import timedelta

import pytest

from bot.domain.money.money import Money
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.domain.people.permissions import Level, Permissions
from bot.ids import RoomId, UserId, code_of, sale_code_of
from bot.messages import Alert, Help, Line, PersonalLink, Placeholder
from tests.support.bot_harness import ADMINS, ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

DORA = UserId("@dora:test")
FILE = b"\x89PNG a picture"


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.restart(
        permissions=Permissions({"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN})
    )
    house.matrix.members[ADMINS] |= {DORA, CAROL}
    return house


def answers(house: BotHarness) -> list[str]:
    return [each.words for each in house.matrix.in_room(ADMINS) if isinstance(each, Line)]


async def says(house: BotHarness, words: str) -> str:
    await house.says(DORA, ADMINS, f"!ppv admin {words}")
    return answers(house)[-1]


def acts(house: BotHarness) -> list[tuple[AuditAction, str, str]]:
    return [(act.action, act.target, act.reason) for act in house.store.records.admin_acts.values()]


async def test_only_admins_are_answered_and_only_in_their_room(house: BotHarness) -> None:
    await house.says(CAROL, ADMINS, "!ppv admin status")
    await house.says(BOB, LOUNGE, "!ppv admin status")
    assert house.matrix.said == []
    await house.says(DORA, LOUNGE, "!ppv admin status")
    (pointer,) = house.matrix.of(Line)
    assert "write that in the admins' room" in pointer.words
    assert "Jobs:" in await says(house, "status")


async def test_without_a_room_admins_are_told_how_to_have_one(house: BotHarness) -> None:
    house.restart(admin_room="", permissions=Permissions({DORA: Level.ADMIN}))
    await house.says(DORA, ADMINS, "!ppv admin status")
    assert "Name one as `admins.room`" in answers(house)[-1]


async def test_whoever_mistypes_a_command_is_not_sent_there(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, "!ppv admn")
    assert "admin" not in house.matrix.of(Line)[-1].words


async def test_what_one_can_write_is_told(house: BotHarness) -> None:
    assert "`block @name:example.org reason`" in await says(house, "")
    assert "`retry 12`" in await says(house, "dance")


async def test_whoever_is_blocked_is_not_answered_until_that_is_undone(house: BotHarness) -> None:
    said = await says(house, f"block {BOB} very rude")
    assert said.startswith("@bob:test is blocked from now on")
    await house.says(BOB, LOUNGE, "!ppv help")
    assert house.matrix.of(Help) == []
    assert BOB in await says(house, "status")
    await says(house, f"unblock https://matrix.to/#/{BOB}")
    await house.says(BOB, LOUNGE, "!ppv help")
    assert len(house.matrix.of(Help)) == 1
    assert acts(house) == [(AuditAction.BLOCK, BOB, "very rude"), (AuditAction.UNBLOCK, BOB, "")]


async def test_a_blocked_buyer_gets_no_link(house: BotHarness) -> None:
    await house.publishes(FILE)
    await says(house, f"block {BOB}")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert house.matrix.of(PersonalLink) == []


@pytest.mark.parametrize("typed", ["", "Bob", "@bob", "#room:test"])
async def test_whom_to_block_must_be_said_in_full(house: BotHarness, typed: str) -> None:
    assert "Write the whole Matrix ID" in await says(house, f"block {typed}")
    assert house.store.records.blocks == set()


async def test_no_admin_is_blocked(house: BotHarness) -> None:
    assert "is an admin" in await says(house, f"block {DORA}")
    assert house.store.records.blocks == set()


async def with_a_dead_job(house: BotHarness) -> int:
    """A payment of the wrong amount is nobody's to mend but an operator's."""
    await house.publishes(FILE)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB, Money(1, "usd"))
    (dead,) = await house.store.queue.failed_jobs()
    return dead.id


async def test_what_was_laid_aside_is_listed_and_done_again(house: BotHarness) -> None:
    assert await says(house, "jobs") == "No job was laid aside."
    number = await with_a_dead_job(house)
    assert f"!ppv admin retry {number}" in house.matrix.of(Alert)[-1].words
    assert f"{number}: `settle`" in await says(house, "jobs")
    assert "Laid aside, waiting for you: 1" in await says(house, "status")
    assert await says(house, f"retry {number}") == f"I am doing it again: job {number}."
    assert acts(house) == [(AuditAction.RETRY, str(number), "")]
    await says(house, "retry all")
    assert "Which job?" in await says(house, "retry 999")
    assert len(acts(house)) == 2


async def test_a_refund_is_asked_for_and_noted(house: BotHarness) -> None:
    await house.publishes(FILE)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    (purchase,) = house.store.records.purchases.values()
    code = sale_code_of(purchase.id)
    assert "I have asked Stripe" in await says(house, f"refund {code} 2.00 USD it was late")
    assert acts(house) == [(AuditAction.REFUND, code, "2.00 USD it was late")]
    (purchase,) = house.store.records.purchases.values()
    assert [each.amount for each in purchase.payments[0].refunds] == [Money(200, "usd")]


async def test_what_sellers_do_with_their_own_is_no_deed_of_an_admins(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    await house.says(ALICE, STUDIO, f"!ppv price {code_of(offer)} 7 USD")
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    assert acts(house) == []


async def test_what_admins_do_with_others_offers_is_noted(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    chat = RoomId("!doras:test")
    house.matrix.members[chat] = {BOT, DORA}
    async with house.store.begin() as uow:
        await uow.direct_rooms.save(DORA, chat)
    await house.says(DORA, chat, f"!ppv price {code_of(offer)} 7 USD")
    await house.says(DORA, chat, f"!ppv withdraw {code_of(offer)}")
    assert acts(house) == [
        (AuditAction.REPRICE, code_of(offer), "7.00 USD"),
        (AuditAction.WITHDRAW, code_of(offer), ""),
    ]


async def test_a_deed_is_noted_once_whenever_the_program_dies(house: BotHarness) -> None:
    for place in range(1, 4):
        house.fuse.places, house.fuse.kills_at = 0, place
        await house.says(DORA, ADMINS, f"!ppv admin block {BOB} again {place}")
        await house.time_passes(minutes=1)
    assert acts(house) == [(AuditAction.BLOCK, BOB, f"again {place}") for place in range(1, 4)]
    assert len(answers(house)) == 3
    (first, *_) = house.store.records.admin_acts.values()
    assert isinstance(first, AuditEntry)
    assert house.clock.now() - first.at < timedelta(hours=1)
