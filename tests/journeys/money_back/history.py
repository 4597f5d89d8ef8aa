"""One life of one sale on the emulated Stripe: what people and banks do, how it is told, and what must hold."""

import random
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from enum import StrEnum, auto
from itertools import pairwise

from bot.domain.purchases.purchase import Access
from bot.domain.purchases.sale_event import SaleNotification
from bot.errors import UserError
from bot.ids import CheckoutSessionId, code_of
from bot.messages import BuyerNews, Goods, Placeholder, SellerNews
from sandbox.stripe import StripeObject
from tests.journeys.emulated import EmulatedHouse
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO
from tests.support.refund_steps import sale

_CHARGED_BACK = {"needs_response", "under_review"}
_VERDICTS = {
    "needs_response": SaleNotification.DISPUTED,
    "under_review": SaleNotification.DISPUTED,
    "won": SaleNotification.DISPUTE_WON,
    "lost": SaleNotification.DISPUTE_LOST,
}


class Telling(StrEnum):
    """How Stripe's events of one step arrive."""

    IN_ORDER = auto()
    BACKWARDS = auto()
    DOUBLED = auto()
    LOST = auto()
    """They are found in Stripe's record, an hour later."""


class History:
    """One life of one sale. Every step returns whether there was anything to do."""

    def __init__(self, house: EmulatedHouse, seed: int, *, restores: bool) -> None:
        """`restores`: now and then the records are those of a backup."""
        self.house = house
        self.restores = restores
        self._backup = deepcopy(house.store.records)
        self.stripe = house.emulator
        self.random = random.Random(seed)  # noqa: S311 - no secret, a story
        self.steps: list[str] = []
        self.dispute: str | None = None
        """The one that the bank has touched last."""

    async def goes_on(self) -> None:
        acts: dict[Callable[[], Awaitable[bool]], int] = {
            self.bob_pays: 6,
            self.bob_pays_twice: 2,
            self.alice_refunds: 3,
            self.alice_refunds_a_part: 3,
            self.dashboard_refunds_a_part: 2,
            self.refund_arrives: 1,
            self.refund_fails: 3,
            self.refund_is_cancelled: 3,
            self.bank_disputes: 4,
            self.seller_contests: 1,
            self.bank_decides: 5,
            self.bank_looks_again: 4,
            self.network_warns: 1,
            self.stripe_books: 3,
            self.time_passes: 1,
            self.backup_is_made: 2 * self.restores,
            self.backup_is_restored: 2 * self.restores,
        }
        while True:
            (act,) = self.random.choices(list(acts), list(acts.values()))
            self.stripe.dashboard.refunds_await_buyer = self.random.random() < 0.4
            if await act():
                break
        telling = self.random.choice(list(Telling))
        self.steps.append(f"{act.__name__} ({telling})")
        await self.is_told(telling)
        await self.house.time_passes(seconds=self.random.randint(1, 90))

    async def is_told(self, telling: Telling) -> None:
        while events := self.house.new_events():
            if telling is Telling.LOST:
                await self.house.time_passes(minutes=70)
            elif telling is Telling.BACKWARDS:
                await self.house.hears_of(events[::-1])
            else:
                await self.house.hears_of(events * (2 if telling is Telling.DOUBLED else 1))

    # --- what people and the bank do

    async def bob_pays(self) -> bool:
        session = await self._checkout()
        if session:
            await self.stripe.pay(session)
        return session is not None

    async def bob_pays_twice(self) -> bool:
        """By two checkouts, while Stripe does not answer when the first one is to be ended."""
        first = await self._checkout()
        if first is None:
            return False
        path = f"/v1/checkout/sessions/{first}"
        self.stripe.faults.answer_500(times=None, method="POST", path=path, remembered=False)
        (offer,) = self.house.store.records.offers.values()
        price = 6 if offer.price and offer.price.minor == 500 else 5
        await self.house.says(ALICE, STUDIO, f"price {code_of(offer.id)} {price} USD")
        second = await self._checkout()
        self.stripe.faults.clear()
        for session in filter(None, (first, second)):
            await self.stripe.pay(session)
        return True

    async def _checkout(self) -> CheckoutSessionId | None:
        placeholder = self.house.matrix.event_of(Placeholder)
        if self._access() is Access.GRANTED:
            return None
        await self.house.reacts(BOB, LOUNGE, placeholder, "🔓")
        try:
            return await self.house.clicks(BOB)
        except UserError:
            return None

    def _access(self) -> Access:
        return self.house.purchase.access

    async def alice_refunds(self) -> bool:
        return await self._asks("")

    async def alice_refunds_a_part(self) -> bool:
        return await self._asks("1 USD a scratch")

    async def _asks(self, words: str) -> bool:
        if not self.house.purchase.payments:
            return False
        await self.house.says(ALICE, STUDIO, f"refund {sale(self.house)} {words}")
        return True

    async def dashboard_refunds_a_part(self) -> bool:
        for charge in self._charges():
            if not self._is_charged_back(charge) and charge["amount"] > charge["amount_refunded"]:
                await self.stripe.refund_in_dashboard(charge["id"], amount=50)
                return True
        return False

    async def refund_arrives(self) -> bool:
        for refund in self._refunds("requires_action"):
            await self.stripe.settle_refund(refund["id"], succeed=True)
            return True
        return False

    async def refund_fails(self) -> bool:
        for refund in self._refunds("succeeded", "requires_action"):
            await self.stripe.settle_refund(refund["id"], succeed=False)
            return True
        return False

    async def refund_is_cancelled(self) -> bool:
        for refund in self._refunds("requires_action"):
            await self.stripe.cancel_refund(refund["id"])
            return True
        return False

    async def bank_disputes(self) -> bool:
        for charge in self._charges():
            left = charge["amount"] - charge["amount_refunded"]
            if not charge["disputed"] and left:
                over = self.random.choice([left, max(1, left // 2)])
                self.dispute = (await self.stripe.open_dispute(charge["id"], amount=over))["id"]
                return True
        return False

    async def seller_contests(self) -> bool:
        for dispute in self._disputes("needs_response"):
            await self.stripe.contest_dispute(dispute["id"])
            return True
        return False

    async def bank_decides(self) -> bool:
        for dispute in self._disputes(*_CHARGED_BACK):
            self.dispute = dispute["id"]
            await self.stripe.close_dispute(dispute["id"], won=self.random.random() < 0.5)
            return True
        return False

    async def bank_looks_again(self) -> bool:
        for dispute in self._disputes("won", "lost"):
            self.dispute = dispute["id"]
            await self.stripe.reopen_dispute(dispute["id"])
            return True
        return False

    async def network_warns(self) -> bool:
        for charge in self._charges():
            await self.stripe.warn_of_fraud(charge["id"])
            return True
        return False

    async def stripe_books(self) -> bool:
        await self.stripe.book_payments(all_of_them=True)
        return True

    async def time_passes(self) -> bool:
        await self.house.time_passes(hours=self.random.randint(1, 30))
        return True

    async def backup_is_made(self) -> bool:
        self._backup = deepcopy(self.house.store.records)
        return True

    async def backup_is_restored(self) -> bool:
        """What happened since is found in Stripe's record."""
        self.house.store.records = deepcopy(self._backup)
        self.house.restart(**self.house.rules)
        await self.house.time_passes(minutes=70)
        await self.house.time_passes(minutes=70)
        return True

    # --- what Stripe has

    def _charges(self) -> list[StripeObject]:
        paid = [each for each in self.stripe.all("charge") if each["status"] == "succeeded"]
        return self.random.sample(paid, len(paid))

    def _refunds(self, *statuses: str) -> Iterator[StripeObject]:
        return (each for each in self.stripe.all("refund")[::-1] if each["status"] in statuses)

    def _disputes(self, *statuses: str) -> list[StripeObject]:
        found = [each for each in self.stripe.all("dispute") if each["status"] in statuses]
        return self.random.sample(found, len(found))

    def _of(self, charge: StripeObject, *statuses: str) -> list[StripeObject]:
        found = (each for each in self.stripe.all("dispute") if each["charge"] == charge["id"])
        return [each for each in found if each["status"] in statuses]

    def _is_charged_back(self, charge: StripeObject) -> bool:
        return bool(self._of(charge, "lost", *_CHARGED_BACK))

    def _is_gone(self, charge: StripeObject) -> bool:
        lost = sum(each["amount"] for each in self._of(charge, "lost"))
        return bool(charge["amount_refunded"] + lost >= charge["amount"])

    # --- what must hold

    def check(self) -> None:
        unbooked = [
            e for e in self.stripe.all("charge") if e["paid"] and not e["balance_transaction"]
        ]
        expected = self.stripe.booked("usd") + sum(each["amount"] for each in unbooked)
        assert self.house.in_books == expected
        assert self._access() is self._deserved()
        goods = {each.event for each in self.house.matrix.said_of(Goods)}
        held = len(goods - set(self.house.matrix.redacted))
        if self._access() is Access.GRANTED:
            assert held, "who has paid has the files"
        elif self._access() is Access.REVOKED and not self.restores:
            assert not held, "what is not paid any more is taken back"
        if not self.restores:
            self._check_what_is_told()
        assert not [j for j in self.house.store.records.jobs.values() if j.state == "dead"]

    def _deserved(self) -> Access:
        """Access as Stripe's last word has it; which payments were too many, our records tell."""
        kept = {each.intent for each in self.house.purchase.payments if not each.duplicate}
        own = [each for each in self._charges() if each["payment_intent"] in kept]
        there = [each for each in own if not self._is_gone(each)]
        if not own:
            return Access.NONE
        if not there:
            return Access.REVOKED
        sound = [each for each in there if not self._of(each, *_CHARGED_BACK)]
        return Access.GRANTED if sound else Access.SUSPENDED

    def _check_what_is_told(self) -> None:
        buyers = [each.news for each in self.house.matrix.of(BuyerNews)]
        sellers = [each.news for each in self.house.matrix.of(SellerNews)]
        refunds = self.stripe.all("refund")
        failed = [each for each in refunds if each["status"] in {"failed", "canceled"}]
        too_many = {each.intent for each in self.house.purchase.payments if each.duplicate}
        told = [each for each in refunds if each["payment_intent"] not in too_many]
        for news in (buyers, sellers):
            assert news.count(SaleNotification.REFUNDED) == len(told), "each refund once"
            assert news.count(SaleNotification.REFUND_FAILED) == len(failed), (
                "and that it was none, once"
            )
            verdicts = [each for each in news if each in _VERDICTS.values()]
            if self.dispute:
                status = self.stripe.get(self.dispute)["status"]
                assert verdicts[-1] is _VERDICTS[status], (
                    "the bank's last word is the last one told"
                )
            if len(self.stripe.all("dispute")) == 1:
                assert all(a is not b for a, b in pairwise(verdicts)), "nothing is told twice"
