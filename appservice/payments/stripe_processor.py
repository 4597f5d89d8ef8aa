"""The payment processor, by Stripe's SDK."""

import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import stripe
from stripe import PaymentIntent
from stripe.checkout import Session

from appservice.metrics import NOT_TIMED, CallTimer
from appservice.payments.api_version import API_VERSION
from appservice.payments.checkout_session import (
    app_tag,
    checkout_of,
    idempotency_key,
    is_ours,
    session_params,
)
from appservice.payments.connect_onboarding import StripeOnboarding
from appservice.payments.diagnostics import StripeDiagnostics
from appservice.payments.errors import checkout_errors, refund_errors, stripe_errors
from appservice.payments.idempotent_retry import once
from appservice.payments.mapping import FAILED, charge_of, facts_of
from appservice.payments.request_options import request_options
from appservice.payments.stripe_history import StripeHistory
from appservice.payments.timed_http_client import TimedHttpClient
from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutSession
from bot.domain.money.payment import PaymentSnapshot
from bot.errors import AccountNotSetUp
from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId
from bot.ports import RefundRequest
from config.addresses import origin_of

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionRetrieveParams

STRIPE_API = "https://api.stripe.com"
STRIPE_CHECKOUT = "https://checkout.stripe.com"

_ANSWER_SECONDS = 20.0
_RETRIES = 1
_NOTE = 500
"""Characters; https://docs.stripe.com/api/metadata"""
_FEE = "latest_charge.balance_transaction"
_BOOKED = ("data.balance_transaction", "data.failure_balance_transaction")


class StripeProcessor:
    """Fulfils `bot.ports.PaymentProcessor`."""

    def __init__(
        self, client: stripe.StripeClient, *, instance: str, checkout_origins: frozenset[str]
    ) -> None:
        self._client = client
        self._api = client.v1
        self._sessions = client.v1.checkout.sessions
        self._instance = instance
        self._checkout_origins = checkout_origins

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        secret_key: str,
        *,
        instance: str,
        api_base: str = STRIPE_API,
        checkout_domains: Sequence[str] = (),
        answer_within: float = _ANSWER_SECONDS,
        timer: CallTimer = NOT_TIMED,
    ) -> AsyncIterator[Self]:
        """Usable until the block ends, in the event loop that opened it.

        `instance` marks what is ours in the account. `checkout_domains` are its custom domains.
        `answer_within` is in seconds, for one try.
        Telemetry is off and the SDK silent below warnings: it would log addresses of checkouts.
        """
        stripe.enable_telemetry = False
        for talkative in ("stripe", "httpx"):
            logging.getLogger(talkative).setLevel(logging.WARNING)
        http = TimedHttpClient(timer, timeout=answer_within)
        client = stripe.StripeClient(
            secret_key,
            http_client=http,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base.rstrip("/")},
            max_network_retries=_RETRIES,
        )
        try:
            yield cls(
                client,
                instance=instance,
                checkout_origins=checkout_origins(api_base, checkout_domains),
            )
        finally:
            await http.close_async()  # type: ignore[no-untyped-call]

    def history(self, *, live: bool) -> StripeHistory:
        """Stripe's own record, usable as long as this is."""
        return StripeHistory(self._client, self._instance, live)

    def onboarding(self, *, api_base: str, back_to: str) -> StripeOnboarding:
        """Sellers' own accounts, usable as long as this is. `back_to`: an address for sellers to return to."""
        return StripeOnboarding(self._client, self._instance, api_base, back_to)

    def checkup(self) -> StripeDiagnostics:
        """Looks at the account, usable as long as this is."""
        return StripeDiagnostics(self._client)

    async def create_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        params = session_params(request, self._instance)

        def create(key: str) -> Awaitable[Session]:
            return self._sessions.create_async(params, request_options(request.account, key))

        with checkout_errors(request.account):
            session = await once(idempotency_key(request, self._instance), create)
        checkout = checkout_of(session)
        if checkout.url is not None and not self._is_trusted(checkout.url):
            raise AccountNotSetUp(
                f"Stripe's payment pages are at {origin_of(checkout.url)} now. If that is your custom domain, add"
                " its host to stripe.checkout_domains in the configuration; buyers are sent there then."
            )
        return checkout

    async def checkout(
        self, session: CheckoutSessionId, account: AccountId | None = None
    ) -> CheckoutSession:
        with stripe_errors():
            expand: SessionRetrieveParams = {"expand": [f"payment_intent.{_FEE}"]}
            found = await self._sessions.retrieve_async(session, expand, request_options(account))
            intent, facts = found.payment_intent, None
            if isinstance(intent, PaymentIntent):
                facts = await self._facts(intent, account, thoroughly=False)
        told = checkout_of(found, facts)
        # What became of the money counts, whatever address stands beside it; but nobody is sent there.
        trusted = told.url is None or self._is_trusted(told.url)
        return told if trusted else replace(told, url=None)

    async def expire(self, session: CheckoutSessionId, account: AccountId | None = None) -> None:
        with stripe_errors():
            try:
                await self._sessions.expire_async(session, options=request_options(account))
            except stripe.InvalidRequestError:
                found = await self._sessions.retrieve_async(
                    session, options=request_options(account)
                )
                if found.status == "open":
                    raise

    async def payment(
        self, intent: PaymentIntentId, account: AccountId | None = None
    ) -> PaymentSnapshot | None:
        with stripe_errors():
            found = await self._api.payment_intents.retrieve_async(
                intent, {"expand": [_FEE]}, request_options(account)
            )
            return await self._facts(found, account, thoroughly=True)

    async def checkout_of(
        self, intent: PaymentIntentId, account: AccountId | None = None
    ) -> CheckoutSessionId | None:
        with stripe_errors():
            page = await self._sessions.list_async(
                {"payment_intent": intent, "limit": 1}, request_options(account)
            )
        ours = [each for each in page.data if is_ours(each, self._instance)]
        return CheckoutSessionId(ours[0].id) if ours else None

    async def refund(self, request: RefundRequest) -> None:
        marks = {"app": app_tag(self._instance), "key": request.key}
        params: RefundCreateParams = {
            "payment_intent": request.intent,
            "reason": request.reason.value,
            "metadata": marks | ({"note": request.note[:_NOTE]} if request.note else {}),
        }
        if request.amount is not None:
            params["amount"] = request.amount.minor
        if request.account is not None and await self._has_commission(request):
            params["refund_application_fee"] = True

        async def create(key: str) -> None:
            refunds = await self._refunds(request.intent, request.account)
            made = [refund for refund in refunds if _is_marked(refund, marks)]
            if any(refund.status not in FAILED for refund in made):
                return
            # Under the old key Stripe would answer with the refund that failed.
            again = f"{key}:again{len(made)}" if made else key
            await self._api.refunds.create_async(params, request_options(request.account, again))

        with refund_errors():
            await once(f"{self._instance}:refund:{request.key}", create)

    async def _has_commission(self, request: RefundRequest) -> bool:
        """Stripe refuses to refund an application fee where there is none, as in small sales."""
        with stripe_errors():
            intent = await self._api.payment_intents.retrieve_async(
                request.intent, options=request_options(request.account)
            )
        return bool(intent.application_fee_amount)

    async def _facts(
        self, intent: PaymentIntent, account: AccountId | None, *, thoroughly: bool
    ) -> PaymentSnapshot | None:
        """`thoroughly`: the charge does not tell of refunds that failed, nor of inquiries and warnings."""
        charge = charge_of(intent)
        if charge is None:
            return None
        refunded = thoroughly or charge.amount_refunded > 0
        disputed = thoroughly or charge.disputed
        options = request_options(account)
        disputes = (
            await self._api.disputes.list_async({"payment_intent": intent.id}, options)
            if disputed
            else None
        )
        warnings = (
            await self._api.radar.early_fraud_warnings.list_async(
                {"payment_intent": intent.id}, options
            )
            if thoroughly
            else None
        )
        return facts_of(
            intent,
            await self._refunds(PaymentIntentId(intent.id), account) if refunded else (),
            disputes.data if disputes else (),
            warned=bool(warnings and warnings.data),
        )

    async def _refunds(
        self, intent: PaymentIntentId, account: AccountId | None
    ) -> list[stripe.Refund]:
        page = await self._api.refunds.list_async(
            {"payment_intent": intent, "limit": 100, "expand": [*_BOOKED]},
            request_options(account),
        )
        return [refund async for refund in page.auto_paging_iter()]

    def _is_trusted(self, url: str) -> bool:
        """Buyers are sent nowhere but to Stripe's page and to our custom domains, whatever an answer says."""
        return origin_of(url) in self._checkout_origins


def _is_marked(refund: stripe.Refund, marks: dict[str, str]) -> bool:
    return refund.metadata is not None and marks.items() <= refund.metadata.to_dict().items()


def checkout_origins(api_base: str, domains: Sequence[str] = ()) -> frozenset[str]:
    """Where the payment pages are: at Stripe, at our custom domains, and at an emulator of its API.

    https://docs.stripe.com/payments/checkout/custom-domains
    """
    own = set() if origin_of(api_base) == STRIPE_API else {origin_of(api_base)}
    return frozenset({STRIPE_CHECKOUT, *own, *(f"https://{each}" for each in domains)})
