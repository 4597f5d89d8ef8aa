"""Our checkouts in Stripe's words, there and back.

https://docs.stripe.com/api/checkout/sessions/create
"""

from stripe import PaymentIntent
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams

from bot.attempt import Checkout, CheckoutRequest
from bot.ids import CheckoutSessionId, PaymentIntentId
from bot.money import Money

_CONFIRMED_DAYS_LATER = (
    "acss_debit au_becs_debit bacs_debit boleto customer_balance konbini multibanco"
    " nz_bank_account oxxo payto sepa_debit sofort us_bank_account"
).split()

_AT_THE_BUTTON = (
    "The files come to your chat with the bot on Matrix as soon as the payment is through."
)


def app_tag(instance: str) -> str:
    """The mark on everything of ours at Stripe: one account may serve other products too."""
    return f"ppv:{instance}"


def idempotency_key(request: CheckoutRequest, instance: str) -> str:
    """The same for every rerun of one attempt.

    https://docs.stripe.com/api/idempotent_requests
    """
    return f"{instance}:cs:{request.purchase}:{request.attempt}"


def session_params(request: CheckoutRequest, instance: str) -> SessionCreateParams:
    """The request in a shape that is valid in our pinned API version and in the SDK's own.

    Stripe copies a session's metadata neither to its payment nor to the charge, so they are given
    twice. Adaptive pricing is off, as the buyer was promised the price in the chat.
    """
    marks = {
        "app": app_tag(instance),
        "purchase": request.purchase,
        "attempt": str(request.attempt),
    }
    return {
        "mode": "payment",
        "client_reference_id": request.purchase,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.price.currency,
                    "unit_amount": request.price.minor,
                    "product_data": {"name": request.title},
                },
            }
        ],
        "metadata": marks,
        "payment_intent_data": {"metadata": marks, "description": request.title},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "adaptive_pricing": {"enabled": False},
        "excluded_payment_method_types": [*_CONFIRMED_DAYS_LATER],
        "locale": "auto",
        "submit_type": "pay",
        "custom_text": {"submit": {"message": _AT_THE_BUTTON}},
    }


def checkout_of(session: Session) -> Checkout:
    """What Stripe says of a session, in our words."""
    payment = session.payment_intent
    intent = payment.id if isinstance(payment, PaymentIntent) else payment
    known = session.amount_total is not None and session.currency is not None
    return Checkout(
        session=CheckoutSessionId(session.id),
        reference=session.client_reference_id,
        complete=session.status == "complete",
        paid=session.payment_status == "paid",
        expired=session.status == "expired",
        one_time=session.mode == "payment",
        live=session.livemode,
        amount=Money(session.amount_total or 0, session.currency or "") if known else None,
        payment_intent=PaymentIntentId(intent) if intent else None,
        url=session.url,
    )
