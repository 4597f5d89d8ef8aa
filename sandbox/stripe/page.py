"""The hosted checkout page: what a buyer sees at `session.url`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from sandbox.stripe import checkout, payments
from sandbox.stripe.account import Account
from sandbox.stripe.cards import DECLINED, INSUFFICIENT_FUNDS, PAYS, UnknownCardError
from sandbox.stripe.currencies import shown
from sandbox.stripe.errors import StripeError
from sandbox.stripe.payments import CardDeclinedError
from sandbox.stripe.vocabulary import StripeObject

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_CARDS = (
    (PAYS, "pays"),
    (DECLINED, "is declined"),
    (INSUFFICIENT_FUNDS, "has insufficient funds"),
)
NOT_A_TEST_CARD = (
    "That is not one of the test cards below. Please use one of them, and never type a real card "
    "number here."
)
TERMS_MISSING = "Please agree to the terms before you pay."


STYLE = Path(__file__).parent / "templates" / "checkout.css"

Form = Mapping[str, object]


class TermsNotAcceptedError(Exception):
    """The seller wants a tick that the buyer did not make."""


def load_templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(STYLE.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """`hold` waits until the webhooks of a payment were answered, as Stripe's page does before it
    sends the buyer back (https://docs.stripe.com/checkout/fulfillment)."""

    owner: Callable[[str], Account]
    """The account that a session was made in."""
    templates: jinja2.Environment
    hold: Callable[[], Awaitable[None]]

    async def show(self, request: web.Request) -> web.Response:
        return self._render(request.match_info["session"])

    async def style(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(STYLE, headers={"Content-Type": "text/css; charset=utf-8"})

    async def act(self, request: web.Request) -> web.Response:
        """One of the page's buttons was pressed."""
        session_id = request.match_info["session"]
        form = await request.post()
        try:
            if form.get("action") in {"arrive", "fail"}:
                succeed = form["action"] == "arrive"
                payments.settle_later(self.owner(session_id), session_id, succeed=succeed)
                return _see_other(request.path)
            session = self._pay(session_id, form)
        except UnknownCardError:
            return self._render(session_id, problem=NOT_A_TEST_CARD)
        except TermsNotAcceptedError:
            return self._render(session_id, problem=TERMS_MISSING)
        except CardDeclinedError as refusal:
            return self._render(session_id, problem=f"{refusal.message} Please try another card.")
        except StripeError:
            return self._render(session_id)
        await self.hold()
        return _see_other(_success_address(session))

    def _pay(self, session_id: str, form: Form) -> StripeObject:
        basket = self.owner(session_id).ledger.baskets.get(session_id)
        if basket is not None and basket.terms_required and "terms" not in form:
            raise TermsNotAcceptedError
        if form.get("action") == "later":
            return payments.pay_later(self.owner(session_id), session_id)
        return payments.pay_by_card(self.owner(session_id), session_id, str(form.get("card", "")))

    def _render(self, session_id: str, *, problem: str | None = None) -> web.Response:
        try:
            session = checkout.find_session(self.owner(session_id), session_id)
        except StripeError:
            page = self.templates.get_template("checkout_missing.html").render()
            return _html(page, HTTPStatus.NOT_FOUND)
        page = self.templates.get_template("checkout.html").render(
            state=self._state(session),
            cancel_address=session["cancel_url"],
            success_address=_success_address(session),
            lines=self._lines(session_id),
            total=shown(session["amount_total"], session["currency"]),
            texts={
                position: text["message"] if text else None
                for position, text in session["custom_text"].items()
            },
            terms_required=self.owner(session_id).ledger.baskets[session_id].terms_required,
            cards=_CARDS,
            problem=problem,
        )
        return _html(page, HTTPStatus.OK)

    def _state(self, session: StripeObject) -> str:
        if session["status"] != "complete":
            return str(session["status"])
        if session["payment_status"] == "paid":
            return "paid"
        intent = self.owner(session["id"]).ledger.get("payment_intent", session["payment_intent"])
        return "processing" if intent["status"] == "processing" else "failed"

    def _lines(self, session_id: str) -> list[dict[str, Any]]:
        return [
            {
                "name": item["description"],
                "quantity": item["quantity"],
                "amount": shown(item["amount_total"], item["currency"]),
            }
            for item in checkout.line_items(self.owner(session_id).ledger, session_id)
        ]


def _success_address(session: StripeObject) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _html(page: str, status: HTTPStatus) -> web.Response:
    return web.Response(text=page, status=status, content_type="text/html", headers=_HEADERS)


def _see_other(address: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers=_HEADERS | {"Location": address})
