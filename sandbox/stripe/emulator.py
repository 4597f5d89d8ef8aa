"""The emulator as tests and the demo hold it: start it, act on it, look into it."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any, Self

import aiohttp

from sandbox.stripe import checkout, disputes, endpoints, payments, refunds
from sandbox.stripe.access import TEST_KEY_PREFIXES
from sandbox.stripe.account import Account, DashboardSettings, Fees
from sandbox.stripe.api import Api
from sandbox.stripe.booking import Timers, book_all, book_due
from sandbox.stripe.capture import CapturedRequest
from sandbox.stripe.cards import DECLINED, PAYS
from sandbox.stripe.connect import Connect
from sandbox.stripe.contract import Contract
from sandbox.stripe.events import EventLog
from sandbox.stripe.faults import FaultSwitches
from sandbox.stripe.idempotency import IdempotencyKeys
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.looking import Looking
from sandbox.stripe.page import CheckoutPage, load_templates
from sandbox.stripe.server import listen, serve
from sandbox.stripe.spec import load_cut
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, Clock, StripeObject
from sandbox.stripe.webhooks import Delivery, WebhookSender

DEFAULT_SECRET_KEY = "sk_test_emulated0000000000000000"
DEFAULT_WEBHOOK_SECRET = "whsec_emulated0000000000000000"


class StripeEmulator(Looking):
    """One Stripe account in test mode.

    Amounts are in minor units, times in seconds. What a method returns is a copy, in Stripe's own
    shape; a method that Stripe would refuse raises `StripeError`. Methods that act return once
    every webhook they caused was answered for the first time, or after `redirect_hold` seconds;
    webhooks that a fault switch holds back are not waited for.
    """

    def __init__(self, *, api: Api, webhooks: WebhookSender, redirect_hold: float) -> None:
        self._account = api.account
        self._connect = api.connect
        self._contract = api.contract
        self._webhooks = webhooks
        self._redirect_hold = redirect_hold
        self.faults = api.faults
        self.requests: list[CapturedRequest] = api.captured
        self.secret_key = api.secret_key
        self.url = api.account.url

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        webhook_url: str | None = None,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        secret_key: str = DEFAULT_SECRET_KEY,
        clock: Clock = time.time,
        retry_delays: Sequence[float] = (1.0, 5.0, 30.0),
        redirect_hold: float = 10.0,
        port: int = 0,
        fees: Fees | None = None,
    ) -> AsyncIterator[Self]:
        """Serve on 127.0.0.1 until the block ends.

        `retry_delays` are the seconds between the attempts of one webhook; after the last one it
        counts as failed. `clock` drives every timestamp and the expiry of sessions; signatures
        carry the real time, because their receivers compare it with their own clocks.
        Raises ValueError if `secret_key` is no test key.
        """
        if not secret_key.startswith(TEST_KEY_PREFIXES):
            raise ValueError("the emulator only takes keys that begin with sk_test_ or rk_test_")
        contract = Contract(load_cut())
        faults = FaultSwitches()
        ledger = Ledger(clock)
        timers = Timers()
        listener = listen(port)
        async with aiohttp.ClientSession() as http:
            webhooks = WebhookSender(
                ledger=ledger, faults=faults, http=http, retry_delays=retry_delays
            )
            account = Account(
                ledger=ledger,
                events=EventLog(ledger, contract, webhooks.announce),
                url=f"http://127.0.0.1:{listener.getsockname()[1]}",
                fees=fees or Fees(),
                call_later=timers.call_later,
            )
            api = Api(
                connect=Connect(account, contract, webhooks.announce, clock),
                contract=contract,
                faults=faults,
                keys=IdempotencyKeys(clock),
                endpoint_secrets=webhooks.secrets,
                secret_key=secret_key,
                captured=[],
            )
            emulator = cls(api=api, webhooks=webhooks, redirect_hold=redirect_hold)
            page = CheckoutPage(api.connect.owner, load_templates(), emulator._answered)
            if webhook_url is not None:
                emulator.add_webhook_endpoint(webhook_url, secret=webhook_secret)
            async with serve(listener, api, page):
                try:
                    yield emulator
                finally:
                    timers.close()
                    await webhooks.close()

    # --- webhooks -------------------------------------------------------------------------------

    def add_webhook_endpoint(
        self,
        url: str,
        *,
        secret: str = DEFAULT_WEBHOOK_SECRET,
        events: Sequence[str] = ("*",),
        connect: bool = False,
    ) -> str:
        """Subscribe `url` from now on; returns the endpoint's id (`we_...`).

        `connect`: to the events of connected accounts, instead of the platform's own.
        """
        endpoint = endpoints.add_endpoint(
            self._account.ledger, self._webhooks.secrets, url=url, secret=secret, events=events
        )
        if connect:
            self._webhooks.connect_endpoints.add(endpoint["id"])
        return str(endpoint["id"])

    def remove_webhook_endpoint(self, endpoint_id: str) -> None:
        endpoints.delete_endpoint(self._account.ledger, self._webhooks.secrets, endpoint_id)

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """Every attempt to deliver a webhook, oldest first."""
        return tuple(self._webhooks.log)

    async def webhooks_done(self) -> None:
        """Wait until nothing is under way any more: late ones, doubles and retries included."""
        await self._webhooks.done()

    async def resend(self, event_id: str) -> None:
        """Send one event again to every endpoint, as the Dashboard's button does."""
        self._webhooks.resend(self._account.ledger.get("event", event_id))
        await self._answered()

    # --- what sellers do ------------------------------------------------------------------------

    def onboard(self, account: str) -> None:
        """The seller answers all questions behind the link to a connected account."""
        self._connect.onboarded(account)

    def restrict(self, account: str) -> None:
        """Stripe takes no more charges for a connected account, until it is onboarded again."""
        self._connect.restricted(account)

    def deauthorize(self, account: str) -> None:
        """The seller ends the connection to the platform."""
        self._connect.deauthorized(account)

    @property
    def connected_accounts(self) -> Sequence[str]:
        return tuple(self._connect.accounts)

    async def checkout_by_seller(self, account: str, params: dict[str, Any]) -> StripeObject:
        """A session that a seller makes in an own account, without the platform."""
        return await self._after(checkout.open_session(self._connect.accounts[account], params))

    # --- what the buyer does --------------------------------------------------------------------

    async def pay(self, session_id: str, *, card: str = PAYS) -> StripeObject:
        """Pay on the hosted page; returns the session."""
        return await self._after(
            payments.pay_by_card(self._connect.owner(session_id), session_id, card)
        )

    async def decline(self, session_id: str, *, card: str = DECLINED) -> StripeObject:
        """Try to pay with a card that is refused; the session stays open."""
        try:
            payments.pay_by_card(self._connect.owner(session_id), session_id, card)
        except payments.CardDeclinedError:
            return await self._after(
                self._connect.owner(session_id).ledger.get("checkout.session", session_id)
            )
        raise ValueError("that card pays")

    async def pay_later(self, session_id: str) -> StripeObject:
        """Choose a method that is confirmed later: the session completes unpaid."""
        return await self._after(payments.pay_later(self._connect.owner(session_id), session_id))

    async def settle_later(self, session_id: str, *, succeed: bool = True) -> StripeObject:
        """Let the money of a `pay_later` arrive, or fail to."""
        return await self._after(
            payments.settle_later(self._connect.owner(session_id), session_id, succeed=succeed)
        )

    # --- what time, the merchant, the bank and other shops do -----------------------------------

    async def book_payments(self, *, all_of_them: bool = False) -> None:
        """Book the payments that the clock has reached, or every one. (A look by the API does the former too.)"""
        for account in (self._account, *self._connect.accounts.values()):
            (book_all if all_of_them else book_due)(account)
        await self._answered()

    async def expire_due_sessions(self) -> list[StripeObject]:
        """Expire what the clock has passed. (A look by the API or the page does so too.)"""
        expired = checkout.expire_due(self._account)
        await self._answered()
        return deepcopy(expired)

    async def refund_in_dashboard(self, payment: str, *, amount: int | None = None) -> StripeObject:
        """Refund a charge or a payment intent (`pi_...`), wholly or in part."""
        named = "payment_intent" if payment.startswith("pi_") else "charge"
        params = {named: payment} | ({} if amount is None else {"amount": amount})
        return await self._after(
            refunds.create_refund(self._connect.owner(payment), params, OUTSIDE_THE_API)
        )

    async def settle_refund(self, refund_id: str, *, succeed: bool) -> StripeObject:
        """Let a refund that waits arrive, or let a refund fail, even one that had succeeded."""
        return await self._after(
            refunds.settle_refund(self._connect.owner(refund_id), refund_id, succeed=succeed)
        )

    async def cancel_refund(self, refund_id: str) -> StripeObject:
        """Cancel in the Dashboard a refund that waits for its buyer."""
        return await self._after(
            refunds.cancel_refund(self._connect.owner(refund_id), refund_id, OUTSIDE_THE_API)
        )

    async def open_dispute(
        self, charge_id: str, *, reason: str = "fraudulent", amount: int | None = None
    ) -> StripeObject:
        """The buyer's bank takes the money back for now: `amount`, or all that is left of the charge."""
        return await self._after(
            disputes.open_dispute(self._connect.owner(charge_id), charge_id, reason, amount)
        )

    async def reopen_dispute(self, dispute_id: str) -> StripeObject:
        """The bank looks again at what it has decided."""
        return await self._after(
            disputes.reopen_dispute(self._connect.owner(dispute_id), dispute_id)
        )

    async def contest_dispute(self, dispute_id: str) -> StripeObject:
        """The merchant hands in evidence; the bank reviews it."""
        return await self._after(
            disputes.contest_dispute(self._connect.owner(dispute_id), dispute_id)
        )

    async def close_dispute(self, dispute_id: str, *, won: bool) -> StripeObject:
        """The bank decides, for the merchant if `won`."""
        return await self._after(
            disputes.close_dispute(self._connect.owner(dispute_id), dispute_id, won=won)
        )

    async def warn_of_fraud(self, charge_id: str) -> StripeObject:
        """Radar's early fraud warning; returns it."""
        return await self._after(disputes.warn_of_fraud(self._connect.owner(charge_id), charge_id))

    async def foreign_checkout(self, *, amount: int = 700, currency: str = "usd") -> StripeObject:
        """A session that somebody else's product made in the same account; pay it with `pay`."""
        price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Mug"}}
        params = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "metadata": {"shop": "mugs", "order": "1001"},
            "success_url": "https://mugs.example/thanks?session_id={CHECKOUT_SESSION_ID}",
        }
        return await self._after(checkout.open_session(self._account, params))

    @property
    def dashboard(self) -> DashboardSettings:
        """The platform's own settings."""
        return self._account.dashboard

    @property
    def fees(self) -> Fees:
        """What Stripe keeps, here and in connected accounts, and when it books payments."""
        return self._account.fees

    async def _after(self, item: StripeObject) -> StripeObject:
        await self._answered()
        return deepcopy(item)

    async def _answered(self) -> None:
        await self._webhooks.first_answers(self._redirect_hold)
