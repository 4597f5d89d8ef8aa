"""A small world in which people, the bank and the processor act at the same time, and what must hold after it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from appservice.worker import Worker
from bot.bootstrap import assemble
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment import DisputeState, PaymentSnapshot
from bot.domain.money.payment_event import PaymentEventRef
from bot.domain.offers.offer import OfferState
from bot.domain.people.permissions import Level, Permissions
from bot.domain.purchases.purchase import Access, Purchase
from bot.errors import UserError
from bot.ids import (
    CheckoutSessionId,
    LinkToken,
    OfferId,
    RoomId,
    UserId,
    code_of,
    purchase_id,
    sale_code_of,
)
from bot.messages import Ended, Goods, Placeholder, Removed
from bot.services.operations.failed_job_alert import failed_job_alert
from tests.support.bot_harness import ADMINS, ALICE, BOB, LOUNGE, RULES, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT
from tests.support.interleaving import Choose, Interleaving, Woven, WovenStore

DORA = UserId("@dora:test")
CELLAR = RoomId("!cellar:test")
PNG = b"\x89PNG a picture of the harbour"
_PERMISSIONS = Permissions({"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN})
_OWED = {"deliver", "refund_payment", "settle", "settle_payment", "expire_checkout"}


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()} {record.__dict__.get('error', '')}")


class Stage(BotHarness):
    """Alice sells one offer for 5 USD, Bob has a personal link to it, Dora is an admin."""

    def __init__(self) -> None:
        self.weaving = Interleaving()
        self.errors = _Errors()
        self.called_off = False
        super().__init__()

    def restart(self, **rules: object) -> None:
        super().restart(**{"permissions": _PERMISSIONS, **rules})
        point = self.weaving.point
        matrix = Woven(self.matrix, point, after=False)
        self.ports = replace(
            self.ports,
            store=WovenStore(self.store, point),
            rooms=matrix,
            membership=matrix,
            state=matrix,
            history=matrix,
            media=matrix,
            processor=Woven(self.stripe, point, after=True),
        )
        self.bot = assemble(self.ports, replace(RULES, **self.rules), self._understand)
        self.worker = Worker(
            self.store.queue,
            self.bot.handlers,
            self.clock,
            on_failure=failed_job_alert,
            jitter=lambda: 0.0,
        )

    async def work(self) -> None:
        """As several workers do: nobody takes over what another one is doing."""
        await self.worker.run_until_empty()

    async def opens(self) -> None:
        self.matrix.members[ADMINS] |= {DORA}
        self.offer: OfferId = await self.publishes(PNG)
        self.code = code_of(self.offer)
        await self.says(BOB, LOUNGE, f"!ppv buy {self.code}")
        self.link: LinkToken = self.link_of(BOB)
        self.sale = sale_code_of(purchase_id(self.offer, BOB))
        self.room = self.direct(BOB)
        self.store.records.erasure_requests[BOB] = self.clock.now()

    async def acting(self, acts: Sequence[Callable[[], Awaitable[None]]], choose: Choose) -> None:
        """All at the same time, then time for whatever is under way."""
        logger = logging.getLogger("appservice.worker")
        logger.addHandler(self.errors)
        try:
            await self.weaving.run(acts, choose)
            for _ in range(4):
                self.clock.advance(timedelta(minutes=3))
                await self.work()
        finally:
            logger.removeHandler(self.errors)

    # --- what people do

    async def begins_checkout(self) -> None:
        """And leaves it open."""
        with suppress(UserError):
            await self.bot.start_checkout(self.link)

    async def clicks_and_pays(self) -> None:
        try:
            url = await self.bot.start_checkout(self.link)
        except UserError:
            return
        await self.work()
        session = CheckoutSessionId(url.rpartition("/")[2])
        if session in self.stripe.checkouts:
            await self.weaving.point()
            await self._pays(session)

    async def pays(self) -> None:  # type: ignore[override]
        for session in list(self.stripe.checkouts):
            await self._pays(session)

    async def pays_and_comes_back(self) -> None:
        """The browser is faster than the webhook."""
        for session in list(self.stripe.checkouts):
            hint = self._paid(session)
            await self.weaving.point()
            await self.bot.offer_page_view.after_payment(session)
            await self.work()
            await self._hears(hint)

    async def pays_slowly(self) -> None:
        for session in list(self.stripe.checkouts):
            if self._is(CheckoutStatus.OPEN, session):
                await self._hears(self.stripe.pays_later(session))
        await self.slow_money_arrives()

    async def slow_money_arrives(self) -> None:
        for session in list(self.stripe.checkouts):
            await self.weaving.point()
            if self._is(CheckoutStatus.PROCESSING, session):
                await self._hears(self.stripe.pay(session))

    async def lapses(self) -> None:
        for session in list(self.stripe.checkouts):
            if self._is(CheckoutStatus.OPEN, session):
                await self._hears(self.stripe.lapses(session))

    async def asks_to_buy(self) -> None:
        await self.says(BOB, LOUNGE, f"!ppv buy {self.code}")

    async def forgets_herself(self) -> None:
        await self.says(ALICE, STUDIO, "forget-me yes")

    async def is_forgotten(self) -> None:
        await self.says(BOB, self.room, "forget-me yes")

    async def looks_in_library(self) -> None:
        await self.says(BOB, self.room, f"library {self.code}")

    async def cancels(self) -> None:
        await self.says(BOB, self.room, f"cancel {self.code} yes")

    async def withdraws(self) -> None:
        await self.says(ALICE, STUDIO, f"withdraw {self.code}")

    async def reprices(self) -> None:
        await self.says(ALICE, STUDIO, f"price {self.code} 6 USD")

    async def reprices_there_and_back(self) -> None:
        await self.reprices()
        await self.says(ALICE, STUDIO, f"price {self.code} 5 USD")

    async def gives(self) -> None:
        await self.says(ALICE, STUDIO, f"give {self.code} {BOB}")

    async def refunds(self) -> None:
        await self.says(ALICE, STUDIO, f"refund {self.sale}")

    async def takes_down(self) -> None:
        await self.says(DORA, ADMINS, f"!ppv admin takedown {self.code} stolen")

    async def takes_down_and_refunds(self) -> None:
        await self.says(DORA, ADMINS, f"!ppv admin takedown {self.code} refund stolen")

    async def blocks(self) -> None:
        await self.says(DORA, ADMINS, f"!ppv admin block {BOB} spam")

    # --- a second offer, on its way into two rooms

    async def drafts(self) -> None:
        self.matrix.members[CELLAR] = {BOT, ALICE}
        self.matrix.aliases["#cellar:test"] = CELLAR
        self.clock.advance(timedelta(minutes=1))
        await self.sends(ALICE, STUDIO, PNG + b"2", "2.png")
        await self.says(ALICE, STUDIO, "6 USD Moonrise")
        offers = self.store.records.offers.values()
        self.draft = next(each.id for each in offers if each.state is OfferState.DRAFT)

    async def plans_it(self) -> None:
        rooms, when = ["#lounge:test", "#cellar:test"], "2026-12-01 18:00"
        await self.bot.schedule_sale(ALICE, self.draft, rooms, when)

    async def publishes_it(self) -> None:
        await self.says(ALICE, STUDIO, "!ppv publish #lounge:test #cellar:test")

    async def publishes_it_in_the_browser(self) -> None:
        with suppress(UserError):
            await self.bot.publish_offer(ALICE, self.draft, ["#lounge:test"])
        await self.work()

    async def time_comes(self) -> None:
        self.clock.advance(timedelta(days=9))
        await self.work()

    async def calls_it_off(self) -> None:
        with suppress(UserError):
            await self.bot.schedule_sale.cancel(ALICE, self.draft)
            self.called_off = True
        await self.work()

    async def discards_it(self) -> None:
        await self.says(ALICE, STUDIO, "discard")

    async def withdraws_it(self) -> None:
        await self.says(ALICE, STUDIO, f"withdraw {code_of(self.draft)}")

    async def reprices_it(self) -> None:
        await self.says(ALICE, STUDIO, f"price {code_of(self.draft)} 7 USD")

    async def takes_it_down(self) -> None:
        await self.says(DORA, ADMINS, f"!ppv admin takedown {code_of(self.draft)} stolen")

    async def dashboard_refunds(self) -> None:
        for intent in list(self.stripe.payments):
            try:
                hint = self.stripe.gives_back(intent)
            except UserError:
                continue
            await self._hears(hint)

    async def bank_disputes_and_decides(self) -> None:
        for intent, facts in list(self.stripe.payments.items()):
            if not _back(facts):
                await self._hears(self.stripe.disputes(intent, DisputeState.OPEN))
                await self.weaving.point()
                await self._hears(self.stripe.disputes(intent, DisputeState.LOST))

    async def _pays(self, session: CheckoutSessionId) -> None:
        await self._hears(self._paid(session))

    def _paid(self, session: CheckoutSessionId) -> PaymentEventRef | None:
        return self.stripe.pay(session) if self._is(CheckoutStatus.OPEN, session) else None

    def _is(self, state: CheckoutStatus, session: CheckoutSessionId) -> bool:
        return self.stripe.checkouts[session].state is state

    async def _hears(self, hint: PaymentEventRef | None) -> None:
        await self.weaving.point()
        if hint is not None:
            await self.stripe_says(hint)

    # --- what must hold

    @property
    def purchase(self) -> Purchase:
        return self.store.records.purchases[purchase_id(self.offer, BOB)]

    @property
    def held(self) -> int:
        """So many files of it are in Bob's chat."""
        there = {each.event for each in self.matrix.said_of(Goods) if each.room == self.room}
        return len(there - set(self.matrix.redacted))

    def check(self) -> None:
        payments, purchase = self.stripe.payments, self.purchase
        records = self.store.records
        assert not self.errors.said, self.errors.said
        assert not [job for job in records.jobs.values() if job.state == "dead"]
        owed = [job.kind for job in records.jobs.values() if job.kind in _OWED]
        assert not owed, f"all is through by now, but {owed}"
        assert {each.intent for each in purchase.payments} == set(payments)
        assert sum(e.amount.minor for e in records.ledger.values()) == self.stripe.balance()
        there = [each for each in payments.values() if _left(each) > 0]
        assert len(there) <= 1, "nobody pays twice"
        given = purchase.gifted_at is not None
        assert not given or not any(self._is_later(each, purchase) for each in there)
        if there and purchase.access is not Access.SUSPENDED:
            assert self.held, "what is paid for is delivered, or the money goes back"
        if self.held:
            assert there or given or purchase.forgotten, "what is not paid for is not held"
        self._check_checkouts()
        self._check_placeholders()

    def _is_later(self, facts: PaymentSnapshot, purchase: Purchase) -> bool:
        return purchase.gifted_at is not None and facts.at > purchase.gifted_at

    def _check_placeholders(self) -> None:
        """What stands in the rooms tells how it is with each offer."""
        said = {each.event: each.message for each in self.matrix.said}
        for offer in self.store.records.offers.values():
            shown = [said[each.placeholder] for each in offer.listings if each.placeholder]
            kinds = {OfferState.WITHDRAWN: Ended, OfferState.TAKEN_DOWN: Removed}
            assert all(isinstance(each, kinds.get(offer.state, Placeholder)) for each in shown)
            prices = {each.price for each in shown if isinstance(each, Placeholder)}
            assert prices <= {str(offer.price)}
            if self.called_off:
                assert not shown or offer.id == self.offer, "what was called off is not on sale"

    def _check_checkouts(self) -> None:
        purchase, offer = self.purchase, self.store.records.offers[self.offer]
        for checkout in self.stripe.checkouts.values():
            if checkout.state is not CheckoutStatus.OPEN:
                continue
            request = self.stripe.request_of(checkout.session)
            assert offer.state is OfferState.OPEN, "what is off sale can not be paid"
            assert request.price == offer.price
            assert request.attempt == len(purchase.attempts), "an older checkout can not be paid"
            assert purchase.access in {Access.NONE, Access.REVOKED}
            assert not purchase.forgotten
            assert BOB not in self.store.records.blocks


def _back(facts: PaymentSnapshot) -> int:
    return sum(refund.amount.minor for refund in facts.refunds if not refund.failed)


def _left(facts: PaymentSnapshot) -> int:
    lost = any(each.state is DisputeState.LOST for each in facts.disputes)
    return 0 if lost else facts.amount.minor - _back(facts)
