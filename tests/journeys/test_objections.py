"""Checkouts that must not be paid any more: ended, and the rules for whoever has paid all the same."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutSession, CheckoutStatus
from bot.domain.offers.offer import NotOnSale
from bot.domain.people.permissions import Level, NotPermitted, Permissions
from bot.domain.purchases.sale_event import SaleNotification
from bot.errors import TemporaryError, UserError
from bot.ids import CheckoutSessionId, LinkToken
from bot.messages import Alert, BuyerNews, Goods, Line
from bot.services.checkout.start_checkout import UnknownLink
from tests.support.bot_harness import ADMINS, ALICE, BOB, LOUNGE, STUDIO
from tests.support.staged_sale import DORA, Stage


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    await stage.opens()
    return stage


async def keys_destroyed(stage: Stage) -> None:
    await stage.withdraws()
    records = stage.store.records
    records.offers[stage.offer] = records.offers[stage.offer].without_keys()


async def nobody(stage: Stage) -> None:
    records = stage.store.records
    records.purchases[stage.purchase.id] = stage.purchase.anonymized(LinkToken("dead"))


Change = Callable[[Stage], Awaitable[None]]
DELIVERED: list[Change] = [Stage.withdraws, Stage.reprices]
SENT_BACK: list[Change] = [Stage.takes_down, Stage.blocks, Stage.gives, keys_destroyed, nobody]


async def checkout_that_outlives(stage: Stage, change: Change) -> CheckoutSessionId:
    """The processor does not answer when it is to be expired."""
    url = await stage.bot.start_checkout(stage.link)
    stage.stripe.expire_fails = True
    await change(stage)
    return CheckoutSessionId(url.rpartition("/")[2])


@pytest.mark.parametrize("change", DELIVERED, ids=lambda each: each.__name__)
async def test_who_paid_for_what_was_on_sale_then_has_bought(stage: Stage, change: Change) -> None:
    session = await checkout_that_outlives(stage, change)
    await stage.stripe_says(stage.stripe.pay(session))
    assert stage.purchase.has_access
    assert stage.held == 1
    assert stage.stripe.balance() == 500


@pytest.mark.parametrize("change", SENT_BACK, ids=lambda each: each.__name__)
async def test_what_the_buyer_may_not_have_is_sent_back(stage: Stage, change: Change) -> None:
    session = await checkout_that_outlives(stage, change)
    before = stage.held
    await stage.stripe_says(stage.stripe.pay(session))
    assert stage.stripe.balance() == 0
    assert stage.held == before
    news = [each.news for each in stage.matrix.of(BuyerNews)]
    told: dict[Change, list[SaleNotification]] = {
        Stage.gives: [SaleNotification.DUPLICATE_PAYMENT],
        nobody: [],
    }
    assert news == told.get(change, [SaleNotification.REFUND_SENT])


@pytest.mark.parametrize("change", [Stage.blocks, nobody], ids=lambda each: each.__name__)
async def test_admins_hear_of_what_can_not_be_sent_back_yet(stage: Stage, change: Change) -> None:
    session = await checkout_that_outlives(stage, change)
    stage.stripe.poor = True
    await stage.stripe_says(stage.stripe.pay(session))
    assert any("can't be made" in each.words for each in stage.matrix.of(Alert))
    stage.stripe.poor = False
    await stage.time_passes(hours=2)
    assert stage.stripe.balance() == 0


@pytest.mark.parametrize(
    "change", [*DELIVERED, Stage.takes_down, Stage.blocks, Stage.gives], ids=lambda e: e.__name__
)
async def test_the_checkout_is_ended(stage: Stage, change: Change) -> None:
    await stage.bot.start_checkout(stage.link)
    await change(stage)
    assert [each.state for each in stage.stripe.checkouts.values()] == [CheckoutStatus.EXPIRED]


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (Stage.withdraws, NotOnSale),
        (Stage.takes_down, NotOnSale),
        (Stage.reprices, UserError),
        (Stage.blocks, NotPermitted),
        (nobody, UnknownLink),
    ],
)
async def test_what_changes_while_the_checkout_is_made_ends_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, change: Change, answer: type[UserError]
) -> None:
    meets(stage, monkeypatch, change)
    with pytest.raises(answer):
        await stage.bot.start_checkout(stage.link)
    await stage.work()
    assert [each.state for each in stage.stripe.checkouts.values()] == [CheckoutStatus.EXPIRED]


def meets(stage: Stage, monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """It happens after the processor has made the checkout, and before we hear of it."""
    create = stage.stripe.create_checkout

    async def slowly(request: object) -> object:
        checkout = await create(request)  # type: ignore[arg-type]
        monkeypatch.undo()
        await change(stage)
        return checkout

    monkeypatch.setattr(stage.stripe, "create_checkout", slowly)


async def test_forgetting_waits_for_a_checkout_that_is_being_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    meets(stage, monkeypatch, Stage.is_forgotten)
    url = await stage.bot.start_checkout(stage.link)
    assert "still under way" in stage.matrix.of(Line)[-1].words
    await stage.stripe_says(stage.stripe.pay(CheckoutSessionId(url.rpartition("/")[2])))
    assert stage.held == 1


async def test_forgetting_does_not_wait_for_ever_for_a_lost_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request may have reached the processor; what it made then has lapsed within the hour."""

    async def no_answer(_: object) -> None:
        raise TemporaryError("the processor does not answer")

    monkeypatch.setattr(stage.stripe, "create_checkout", no_answer)
    with pytest.raises(TemporaryError):
        await stage.bot.start_checkout(stage.link)
    monkeypatch.undo()
    await stage.is_forgotten()
    assert not stage.purchase.forgotten
    stage.clock.advance(timedelta(minutes=46))
    await stage.says(BOB, stage.room, "forget-me")
    await stage.is_forgotten()
    assert stage.purchase.forgotten


async def test_a_checkout_whose_answer_was_lost_is_known_by_what_it_says(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was made, the answer got lost, and it was paid: by the Dashboard, say."""
    create = stage.stripe.create_checkout

    async def lost(request: object) -> None:
        await create(request)  # type: ignore[arg-type]
        raise TemporaryError("the answer got lost")

    monkeypatch.setattr(stage.stripe, "create_checkout", lost)
    with pytest.raises(TemporaryError):
        await stage.bot.start_checkout(stage.link)
    (session,) = stage.stripe.checkouts
    await stage.stripe_says(stage.stripe.pay(session))
    assert stage.held == 1


async def test_a_click_that_meets_the_payment_is_answered_with_what_was_bought(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await stage.bot.start_checkout(stage.link)
    session = CheckoutSessionId(url.rpartition("/")[2])
    name_of = stage.matrix.name_of

    async def slowly(user: object) -> str:
        monkeypatch.undo()
        await stage.stripe_says(stage.stripe.pay(session))
        return await name_of(user)  # type: ignore[arg-type]

    monkeypatch.setattr(stage.matrix, "name_of", slowly)
    assert stage.link in await stage.bot.start_checkout(stage.link)


async def policy_list(stage: Stage) -> None:
    stage.matrix.banned.add(BOB)


async def leaves_the_club(stage: Stage) -> None:
    stage.matrix.members[LOUNGE].discard(BOB)


@pytest.mark.parametrize("change", [policy_list, leaves_the_club], ids=lambda each: each.__name__)
async def test_who_is_kept_out_while_a_checkout_is_made_can_not_pay_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    """The homeserver says so, not our records."""
    stage.restart(permissions=Permissions({LOUNGE: Level.BUYER, ALICE: Level.SELLER}))
    create = stage.stripe.create_checkout

    async def slowly(request: CheckoutRequest) -> CheckoutSession:
        await change(stage)
        return await create(request)

    monkeypatch.setattr(stage.stripe, "create_checkout", slowly)
    with pytest.raises(NotPermitted, match="may not buy here"):
        await stage.bot.start_checkout(stage.link)
    await stage.work()
    assert stage.stripe.checkouts
    assert not any(each.url for each in stage.stripe.checkouts.values())


async def test_a_newer_checkout_ends_the_older_one(stage: Stage) -> None:
    first = await stage.bot.start_checkout(stage.link)
    stage.stripe.expire_fails = True
    await stage.reprices()
    await stage.bot.start_checkout(stage.link)
    await stage.says(ALICE, STUDIO, f"price {stage.code} 5 USD")
    stage.stripe.expire_fails = False
    third = await stage.bot.start_checkout(stage.link)
    await stage.time_passes(minutes=5)
    still = [each.url for each in stage.stripe.checkouts.values() if each.url]
    assert still == [third] != [first]


async def test_a_block_ends_checkouts_of_all_offers(stage: Stage) -> None:
    await stage.bot.start_checkout(stage.link)
    await stage.says(DORA, ADMINS, f"!ppv admin block {BOB} spam")
    assert not any(each.url for each in stage.stripe.checkouts.values())
    assert not stage.matrix.of(Goods)
