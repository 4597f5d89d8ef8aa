"""What buyers give back, as of right or by their seller's leave."""

from bot.domain.money.checkout_attempt import Terms
from bot.domain.purchases.sale_event import SaleNotification
from bot.messages import Goods, Line, Placeholder, SellerNews
from bot.services.checkout.start_checkout import CheckoutRules
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.refund_steps import goods_redacted


async def test_a_buyer_withdraws_within_the_time_that_the_law_gives(house: BotHarness) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code}")
    assert house.stripe.balance() == 500
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} yes")
    assert house.stripe.balance() == 0
    assert goods_redacted(house)


async def with_terms(house: BotHarness) -> str:
    """Carol has bought something for which she waived her right; its code."""
    terms = Terms(version="7", text="My files are sent at once.", url="https://ppv.test/terms")
    house.restart(checkout=CheckoutRules(terms=terms))
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return house.matrix.of(Placeholder)[-1].code


async def test_who_has_waived_the_right_and_has_the_files_may_ask_the_seller(
    house: BotHarness,
) -> None:
    code = await with_terms(house)
    await house.pays(CAROL)
    for words in (f"!ppv cancel {code} yes", f"!ppv cancel {code}"):
        await house.says(CAROL, house.direct(CAROL), words)
        assert "you agreed that your right" in house.matrix.of(Line)[-1].words
    assert f"`!ppv cancel {code} ask`" in house.matrix.of(Line)[-1].words
    await house.says(CAROL, house.direct(CAROL), f"!ppv cancel {code} ask It is\nblurred.")
    assert "I have told the seller" in house.matrix.of(Line)[-1].words
    (told,) = house.matrix.of(SellerNews)
    assert (told.news, told.buyer, told.words) == (
        SaleNotification.REFUND_REQUESTED,
        CAROL,
        "It is blurred.",
    )
    assert house.matrix.said_of(SellerNews)[0].room == STUDIO
    assert house.stripe.balance() == 1000
    await house.says(ALICE, STUDIO, f"!ppv refund {told.sale}")
    assert house.stripe.balance() == 500


async def test_a_seller_hears_of_such_a_wish_once(house: BotHarness) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.time_passes(days=15)
    house.fuse.kills_at = house.fuse.places + 1
    for _ in range(2):
        await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} ask")
        house.matrix.forget_transactions()
    assert len(house.matrix.of(SellerNews)) == 1
    assert "knows already" in house.matrix.of(Line)[-1].words


async def test_nobody_asks_for_what_is_their_right(house: BotHarness) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} ask")
    assert "by yourself" in house.matrix.of(Line)[-1].words
    await house.says(BOB, house.direct(BOB), "!ppv cancel 00000-00000 ask")
    assert "nothing with that code" in house.matrix.of(Line)[-1].words
    assert not house.matrix.of(SellerNews)


async def test_what_was_waived_ends_only_when_the_files_are_sent(house: BotHarness) -> None:
    code = await with_terms(house)
    hint = house.stripe.pay(await house.clicks(CAROL))
    house.matrix.members[house.direct(CAROL)].discard(CAROL)
    await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == 2, "Bob's alone"
    await house.says(CAROL, house.direct(CAROL), f"!ppv cancel {code} yes")
    assert house.stripe.balance() == 500


async def test_too_late_is_too_late(house: BotHarness) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.time_passes(days=15)
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} yes")
    assert house.stripe.balance() == 500
    assert "too late" in house.matrix.of(Line)[-1].words
