"""Stripe: the key, what it may do, and the way back to us."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from appservice.doctor.check_result import Check, CheckFailed
from appservice.payments.diagnostics import StripeDiagnostics
from appservice.payments.stripe_processor import StripeProcessor, checkout_origins
from appservice.web.api.webhooks import STRIPE_WEBHOOK
from bot.errors import AccountNotSetUp
from config.addresses import origin_of
from config.settings import Settings

_REFUSED = re.compile(
    r'^ppv_webhook_requests_total\{outcome="unauthenticated"\} (\S+)$', re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class StripeChecks:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        return {"stripe": self.key, "checkout": self.checkout, "webhook": self.endpoint}

    async def key(self) -> str:
        async with self._checkup() as stripe:
            missing = await stripe.missing_rights()
        if missing:
            raise CheckFailed(
                f"the key may not read {', '.join(missing)}: edit it in the Dashboard"
            )
        mode = "real money" if self.settings.stripe.live else "test mode, no real money"
        return f"the key is good ({mode})"

    async def checkout(self) -> str:
        """Make a checkout as for a buyer, and end it: only so Stripe says what is missing."""
        stripe = self.settings.stripe
        currency, terms = (
            self.settings.prices.default_currency,
            bool(self.settings.sales.terms_text),
        )
        async with self._checkup() as checkup:
            try:
                page = await checkup.payment_page(currency, terms=terms)
            except AccountNotSetUp as trouble:
                raise CheckFailed(f"nobody can pay: {trouble}") from trouble
        origin = origin_of(page)
        if origin not in checkout_origins(stripe.api_base, stripe.checkout_domains):
            raise CheckFailed(
                f"Stripe's payment pages are at {origin}. If that is your custom domain, add its host to"
                " stripe.checkout_domains; until then nobody can pay"
            )
        return f"buyers pay at {origin}"

    async def endpoint(self) -> str:
        url = f"{self.settings.public.url.rstrip('/')}{STRIPE_WEBHOOK}"
        async with self._checkup() as stripe:
            faults = await stripe.endpoint_faults(url)
            undelivered = await stripe.undelivered()
        if faults:
            raise CheckFailed("; ".join(faults))
        if await self._refused() and undelivered:
            raise CheckFailed(
                f"Stripe's messages to {url} come in with a signature that does not fit: copy the signing secret of"
                " that endpoint from Stripe's Dashboard into stripe.webhook_secrets"
            )
        if faults is None:
            return "not looked at: the key may not read webhook endpoints"
        return f"Stripe tells {url} what it must"

    async def _refused(self) -> bool:
        """Whether the running product has refused messages for their signature since its start.

        A stranger can send such messages too, so this alone says nothing.
        """
        url = f"http://{self.settings.ops.listen}/metrics"
        try:
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                metrics = await answer.text()
        except (aiohttp.ClientError, OSError):
            return False
        counted = _REFUSED.search(metrics)
        return counted is not None and float(counted[1]) > 0

    @asynccontextmanager
    async def _checkup(self) -> AsyncIterator[StripeDiagnostics]:
        stripe = self.settings.stripe
        async with StripeProcessor.open(
            stripe.secret_key.get_secret_value(),
            instance=self.settings.appservice.id,
            api_base=stripe.api_base,
        ) as processor:
            yield processor.checkup()
