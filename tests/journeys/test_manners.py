"""How the bot speaks with people who mistype, or want to know more."""

import pytest

from appservice.languages import ENGLISH
from appservice.matrix.content.render_message import renderers
from bot.bootstrap.command_registry import commands
from bot.bootstrap.services import build_services
from bot.chat.commands.account.command_guide import GUIDE
from bot.chat.dispatch import HIDDEN
from bot.messages import CommandHelp, Help, Line, PaymentHelp
from bot.services.inbound.failed_items import FailedItems
from tests.support.bot_harness import ALICE, BOB, LOUNGE, RULES, STUDIO, BotHarness

ENGLISH_WORDS = renderers(external_payment_span=False)[ENGLISH]


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


def test_every_command_has_its_words_and_every_example_is_one() -> None:
    ports = BotHarness().ports
    known = (
        commands(
            ports, RULES, build_services(ports, RULES, FailedItems(ports.store, ports.clock))
        ).keys()
        - HIDDEN
    )
    assert set(GUIDE) == known
    for name, usages in GUIDE.items():
        assert all(usage.typed.split()[0] == name for usage in usages)
        assert all("{price}" in usage.typed or "{" not in usage.typed for usage in usages)


async def test_help_with_a_command_tells_of_that_one(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, "!ppv help library")
    (told,) = house.matrix.of(CommandHelp)
    assert told == CommandHelp(GUIDE["library"], "USD")


async def test_help_is_as_forgiving_as_people_type(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, "!ppv help !ppv Library please")
    assert house.matrix.of(CommandHelp) == [CommandHelp(GUIDE["library"], "USD")]
    await house.says(BOB, LOUNGE, "!ppv help libary")
    assert "Did you mean `!ppv help library`?" in house.matrix.of(Line)[-1].words
    await house.says(BOB, LOUNGE, "!ppv help me")
    assert len(house.matrix.of(Help)) == 1
    await house.says(BOB, LOUNGE, "!ppv help admin")
    assert len(house.matrix.of(Help)) == 2
    await house.says(BOB, LOUNGE, "!ppv help payments")
    assert len(house.matrix.of(PaymentHelp)) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("libary", "library"), ("BYU K7QM2-XPA4E", "buy"), ("shpo", "shop"), ("reprot x", "report")],
)
async def test_a_mistyped_command_is_answered_with_the_nearest(
    house: BotHarness, typed: str, meant: str
) -> None:
    await house.says(BOB, LOUNGE, f"!ppv {typed}")
    assert f"Did you mean `!ppv {meant}`?" in house.matrix.of(Line)[-1].words


async def test_in_a_direct_chat_the_prefix_may_be_left_out(house: BotHarness) -> None:
    await house.open_studio()
    await house.says(ALICE, STUDIO, "help publish")
    assert house.matrix.of(CommandHelp) == [CommandHelp(GUIDE["publish"], "USD")]
    await house.says(ALICE, STUDIO, "pubish")
    assert "Did you mean `!ppv publish`?" in house.matrix.of(Line)[-1].words


@pytest.mark.parametrize("may_sell", [True, False])
def test_help_has_at_most_six_lines(may_sell: bool) -> None:
    body = ENGLISH_WORDS.content(Help(may_sell=may_sell, currency="USD"))["body"]
    assert 2 <= len([line for line in body.splitlines() if line.strip()]) <= 6


def test_what_a_command_does_is_shown_with_a_real_price() -> None:
    told = ENGLISH_WORDS.content(CommandHelp(GUIDE["price"], "JPY"))
    assert "!ppv price 500 JPY" in told["body"]
    assert "{" not in told["body"]
