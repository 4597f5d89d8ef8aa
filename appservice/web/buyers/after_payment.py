"""The buyer's browser, back from the checkout: how it stands, and each change as it happens."""

import asyncio
import re
from contextlib import suppress

from aiohttp import web

from appservice.db.notifier import PurchaseNotifier
from appservice.web.buyers.page_renderer import PAUSES, AllPages, Pages
from appservice.web.site import AFTER_PAYMENT, AFTER_PAYMENT_NEWS
from bot.ids import CheckoutSessionId
from bot.views.offer_page import OfferPageView
from bot.views.page_models import AfterPayment

_SESSION = re.compile(r"cs_(test|live)_[A-Za-z0-9]{10,200}", re.ASCII)
_LOOKS = re.compile(r"[0-9]{1,3}")
_MOST_STREAMS = 500
_STILL_HERE = b": still here\n\n"
"""A comment; it finds out whether anybody listens."""


class AfterPaymentPages:
    """Anybody may load these: they tell nothing of who bought what."""

    def __init__(self, pages: AllPages, view: OfferPageView, notifier: PurchaseNotifier) -> None:
        self._pages = pages
        self._view = view
        self._notifier = notifier
        self._streams: set[asyncio.Event] = set()
        self._closing = False

    def routes(self) -> list[web.RouteDef]:
        return [web.get(AFTER_PAYMENT, self._page), web.get(AFTER_PAYMENT_NEWS, self._news)]

    async def close(self, _: web.Application) -> None:
        """End all streams, so that nobody waits for them at the end."""
        self._closing = True
        for changed in self._streams:
            changed.set()

    async def _page(self, request: web.Request) -> web.Response:
        session = _session(request)
        after = await self._view.after_payment(session) if session else None
        if after is None or session is None:
            return self._pages(request).unknown_payment()
        looks = request.query.get("looks", "")
        return self._pages(request).after_payment(
            after, session, looks=int(looks) if _LOOKS.fullmatch(looks) else 0
        )

    async def _news(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""
        session = _session(request)
        after = await self._view.payment_status(session) if session else None
        if after is None or session is None:
            raise web.HTTPNotFound
        if len(self._streams) >= _MOST_STREAMS:
            raise web.HTTPServiceUnavailable
        answer = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "X-Accel-Buffering": "no",  # nginx would keep it back until there is more
            }
        )
        await answer.prepare(request)
        with self._notifier.subscribe(after.purchase) as changed, suppress(ConnectionResetError):
            self._streams.add(changed)
            try:
                await self._tell(self._pages(request), answer, session, changed)
            finally:
                self._streams.discard(changed)
        return answer

    async def _tell(
        self,
        pages: Pages,
        answer: web.StreamResponse,
        session: CheckoutSessionId,
        changed: asyncio.Event,
    ) -> None:
        """Woken by each change; in between it looks less and less often, for changes that nobody told of."""
        told: AfterPayment | None = None
        after = await self._view.payment_status(session)
        for pause in PAUSES:
            if after is None or self._closing:
                return
            html = pages.standing(after, session)
            await answer.write(_event("standing", html) if after != told else _STILL_HERE)
            told = after
            if after.done:
                break
            after = await self._next(after, session, changed, pause)
        if after is not None:
            rest = pages.standing(after, session, resting=not after.done)
            await answer.write(_event("end", rest))

    async def _next(
        self, after: AfterPayment, session: CheckoutSessionId, changed: asyncio.Event, pause: float
    ) -> AfterPayment | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await changed.wait()
        if not changed.is_set() and not after.paid:
            return await self._view.after_payment(session)
        changed.clear()
        return await self._view.payment_status(session)


def _session(request: web.Request) -> CheckoutSessionId | None:
    session = request.query.get("session_id", "")
    return CheckoutSessionId(session) if _SESSION.fullmatch(session) else None


def _event(name: str, data: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {name}\n{lines}\n".encode()
