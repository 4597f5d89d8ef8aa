"""Stripe's own record, for what no webhook brought. https://docs.stripe.com/api/events/list"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime

import stripe

from appservice.payments.checkout_session import is_ours
from appservice.payments.errors import stripe_errors
from appservice.payments.request_options import request_options
from appservice.payments.stripe_events import (
    ACCOUNT_EVENT_TYPES,
    EVENT_TYPES,
    UNREADABLE,
    payment_event,
)
from bot.domain.money.payment_event import PaymentEventRef, UnreadableEvent
from bot.ids import AccountId, CheckoutSessionId

_PAGE = 100


@dataclass(frozen=True, slots=True)
class StripeHistory:
    """Fulfils `bot.ports.PaymentHistory`."""

    client: stripe.StripeClient
    instance: str
    live: bool

    async def events(
        self, since: datetime, until: datetime, account: AccountId | None = None
    ) -> AsyncIterator[PaymentEventRef | UnreadableEvent]:
        with stripe_errors():
            page = await self.client.v1.events.list_async(
                {
                    "types": [*EVENT_TYPES, *(ACCOUNT_EVENT_TYPES if account else ())],
                    "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())},
                    "limit": _PAGE,
                },
                request_options(account),
            )
            async for event in page.auto_paging_iter():
                try:
                    read = payment_event(
                        event.to_dict(), instance=self.instance, live=self.live, account=account
                    )
                except UNREADABLE as fault:
                    yield UnreadableEvent(str(event.id)[:255], type(fault).__name__)
                    continue
                if read.hint is not None:
                    yield replace(read.hint, account=account)

    async def completed(
        self, since: datetime, account: AccountId | None = None
    ) -> AsyncIterator[CheckoutSessionId]:
        with stripe_errors():
            page = await self.client.v1.checkout.sessions.list_async(
                {
                    "status": "complete",
                    "created": {"gte": int(since.timestamp())},
                    "limit": _PAGE,
                },
                request_options(account),
            )
            async for session in page.auto_paging_iter():
                if is_ours(session, self.instance):
                    yield CheckoutSessionId(session.id)
