"""The whole bot on fakes, with the emulated Stripe and the product's own adapter as its payment processor."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from appservice.payments.stripe_events import payment_event
from appservice.payments.stripe_processor import StripeProcessor
from appservice.worker import Worker
from bot.bootstrap import assemble
from bot.domain.money.payment_event import PaymentEventRef
from bot.domain.purchases.purchase import Purchase
from bot.ids import CheckoutSessionId, PaymentIntentId, UserId
from bot.messages import Placeholder
from bot.services.operations.failed_job_alert import failed_job_alert
from sandbox.stripe import Fees, StripeEmulator, StripeObject
from tests.support.bot_harness import BOB, LOUNGE, RULES, BotHarness
from tests.support.frozen_clock import FrozenClock

_INSTANCE = "test"
PNG = b"\x89PNG a picture of the harbour"


class EmulatedHouse(BotHarness):
    """Events of the emulator are held back until a test hands them over, in the order that it wants."""

    def __init__(
        self, emulator: StripeEmulator, processor: StripeProcessor, clock: FrozenClock
    ) -> None:
        self.emulator = emulator
        self.processor = processor
        self._told: set[str] = set()
        self._accounts: dict[str | None, None] = {None: None}
        super().__init__(clock=clock)

    @classmethod
    @asynccontextmanager
    async def open(cls, fees: Fees | None = None, **rules: Any) -> AsyncIterator["EmulatedHouse"]:
        """Alice may sell, Bob may buy. Nothing is booked before the clock or a test says so."""
        clock = FrozenClock()
        async with (
            StripeEmulator.start(clock=lambda: clock.now().timestamp(), fees=fees) as emulator,
            StripeProcessor.open(
                emulator.secret_key, instance=_INSTANCE, api_base=emulator.url
            ) as processor,
        ):
            house = cls(emulator, processor, clock)
            house.restart(**rules)
            yield house
            assert emulator.schema_misses == []

    def restart(self, **rules: Any) -> None:
        super().restart(**rules)
        onboarding = self.processor.onboarding(
            api_base=self.emulator.url, back_to="https://matrix.to/#/@bot:test"
        )
        self.ports = replace(
            self.ports,
            processor=self.processor,
            payment_history=self.processor.history(live=False),
            onboarding=onboarding,
        )
        self.bot = assemble(self.ports, replace(RULES, **self.rules), self._understand)
        self.worker = Worker(
            self.store.queue,
            self.bot.handlers,
            self.clock,
            on_failure=failed_job_alert,
            jitter=lambda: 0.0,
        )

    # --- what Stripe tells

    def new_events(self) -> list[StripeObject]:
        """Return those that no test has handed over yet, of all accounts, oldest first."""
        self._accounts |= dict.fromkeys(self.emulator.connected_accounts)
        events = [e for each in self._accounts for e in self.emulator.all("event", account=each)]
        fresh = [event for event in events if event["id"] not in self._told]
        self._told |= {event["id"] for event in fresh}
        return fresh

    async def hears_of(self, events: Sequence[StripeObject]) -> None:
        """Their webhooks, and all that follows from them."""
        for event in events:
            hint = self.hint_of(event)
            if hint is not None:
                await self.stripe_says(hint)

    async def hears_all(self) -> None:
        """All that is new, and what is new by that."""
        while events := self.new_events():
            await self.hears_of(events)

    def hint_of(self, event: StripeObject) -> PaymentEventRef | None:
        return payment_event(event, instance=_INSTANCE, live=False).hint

    # --- short stories

    async def bob_asks(self) -> None:
        """Alice has published something; Bob has his personal link."""
        await self.publishes(PNG)
        await self.bob_reacts()

    async def bob_reacts(self) -> None:
        await self.reacts(BOB, LOUNGE, self.matrix.event_of(Placeholder), "🔓")

    async def bob_pays(self) -> PaymentIntentId:
        """And Stripe's events of it arrive."""
        session = await self.pays_unheard(BOB)
        await self.hears_all()
        return PaymentIntentId(self.emulator.get(session)["payment_intent"])

    async def pays_unheard(self, buyer: UserId) -> CheckoutSessionId:
        session = await self.clicks(buyer)
        await self.emulator.pay(session)
        return session

    @property
    def purchase(self) -> Purchase:
        return next(p for p in self.store.records.purchases.values() if p.buyer == BOB)

    @property
    def in_books(self) -> int:
        """The sum of our ledger, in minor units, whatever the currency."""
        return sum(entry.amount.minor for entry in self.store.records.ledger.values())

    def charge_of(self, intent: PaymentIntentId) -> StripeObject:
        return self.emulator.get(self.emulator.get(intent)["latest_charge"])
