"""Our checkouts in Stripe's words, there and back.

https://docs.stripe.com/api/checkout/sessions/create
"""

from typing import TYPE_CHECKING

from stripe import PaymentIntent
from stripe.checkout import Session

from bot.domain.money.checkout_attempt import (
    Amounts,
    CheckoutRequest,
    CheckoutSession,
    CheckoutStatus,
    Tax,
    Terms,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import PaymentSnapshot
from bot.ids import CheckoutSessionId

if TYPE_CHECKING:  # Thousands of types that nobody needs at run time.
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsCustomText,
        SessionCreateParamsLineItemPriceData,
        SessionCreateParamsPaymentIntentData,
    )

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


def is_ours(session: Session, instance: str) -> bool:
    marks = session.metadata.to_dict() if session.metadata else {}
    return bool(marks.get("app") == app_tag(instance))


def idempotency_key(request: CheckoutRequest, instance: str) -> str:
    """The same for every rerun of one attempt.

    https://docs.stripe.com/api/idempotent_requests
    """
    return f"{instance}:cs:{request.purchase}:{request.attempt}"


def session_params(request: CheckoutRequest, instance: str) -> "SessionCreateParams":
    """The request in a shape that is valid in our pinned API version and in the SDK's own.

    Stripe copies a session's metadata neither to its payment nor to the charge, so they are given
    twice. Adaptive pricing is off, as the buyer was promised the price in the chat.
    """
    marks = {
        "app": app_tag(instance),
        "purchase": request.purchase,
        "attempt": str(request.attempt),
    } | ({"mark": request.mark} if request.mark else {})
    payment: SessionCreateParamsPaymentIntentData = {
        "metadata": marks,
        "description": request.title,
    }
    if request.commission is not None:
        payment["application_fee_amount"] = request.commission.minor
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": request.purchase,
        "line_items": [{"quantity": 1, "price_data": _price(request)}],
        "metadata": marks,
        "payment_intent_data": payment,
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "adaptive_pricing": {"enabled": False},
        "excluded_payment_method_types": [*_CONFIRMED_DAYS_LATER],
        "locale": "auto",
        "submit_type": "pay",
        "custom_text": _at_the_button(request.terms),
    }
    return params | _terms_params(request.terms) | _services(request)


def _price(request: CheckoutRequest) -> "SessionCreateParamsLineItemPriceData":
    price: SessionCreateParamsLineItemPriceData = {
        "currency": request.price.currency,
        "unit_amount": request.price.minor,
        "product_data": {"name": request.title},
    }
    if request.tax is not Tax.NONE:
        price["tax_behavior"] = "inclusive" if request.tax is Tax.INCLUDED else "exclusive"
    return price


def _services(request: CheckoutRequest) -> "SessionCreateParams":
    """What Stripe does besides, where the house wants it; a merchant of record sees to the tax itself."""
    services: SessionCreateParams = {}
    if request.managed:
        services["managed_payments"] = {"enabled": True}
    elif request.tax is not Tax.NONE:
        services["automatic_tax"] = {"enabled": True}
    if request.invoice:
        services["invoice_creation"] = {"enabled": True}
    return services


def _terms_params(terms: Terms | None) -> "SessionCreateParams":
    """https://docs.stripe.com/payments/checkout/customization/policies"""
    if terms is None:
        return {}
    return {"consent_collection": {"terms_of_service": "required"}}


def _at_the_button(terms: Terms | None) -> "SessionCreateParamsCustomText":
    texts: SessionCreateParamsCustomText = {"submit": {"message": _AT_THE_BUTTON}}
    if terms is not None:
        message = f"{terms.text} [Terms]({terms.url})"
        texts["terms_of_service_acceptance"] = {"message": message}
    return texts


def state_of(session: Session) -> CheckoutStatus:
    """https://docs.stripe.com/api/checkout/sessions/object (status, payment_status)"""
    if session.status == "expired":
        return CheckoutStatus.EXPIRED
    if session.status != "complete":
        return CheckoutStatus.OPEN
    if session.payment_status != "unpaid":
        return CheckoutStatus.COMPLETE
    payment = session.payment_intent
    status = payment.status if isinstance(payment, PaymentIntent) else "processing"
    failed = status in {"requires_payment_method", "canceled"}
    return CheckoutStatus.FAILED if failed else CheckoutStatus.PROCESSING


def checkout_of(session: Session, facts: PaymentSnapshot | None = None) -> CheckoutSession:
    """What Stripe says of a session, in our words."""
    terms = session.consent.terms_of_service if session.consent else None
    marks = session.metadata.to_dict() if session.metadata else {}
    number = marks.get("attempt", "")
    return CheckoutSession(
        session=CheckoutSessionId(session.id),
        reference=session.client_reference_id,
        attempt=int(number) if number.isdecimal() else None,
        state=state_of(session),
        one_time=session.mode == "payment",
        live=session.livemode,
        amounts=_amounts(session),
        payment=facts,
        terms_accepted=terms == "accepted",
        url=session.url,
        commission=_commission(session),
        mark=marks.get("mark", ""),
        payer=_payer(session),
    )


def _commission(session: Session) -> Money | None:
    """https://docs.stripe.com/api/payment_intents/object#payment_intent_object-application_fee_amount"""
    intent = session.payment_intent
    kept = intent.application_fee_amount if isinstance(intent, PaymentIntent) else None
    return Money(kept, str(session.currency)) if kept else None


def _payer(session: Session) -> str | None:
    """https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-customer_details"""
    details = session.customer_details
    told = [details.name, details.email] if details else []
    return ", ".join(each for each in told if each)[:200] or None


def _amounts(session: Session) -> Amounts | None:
    if session.amount_total is None or session.amount_subtotal is None or not session.currency:
        return None
    tax = session.total_details.amount_tax if session.total_details else 0
    return Amounts(
        subtotal=Money(session.amount_subtotal, session.currency),
        tax=Money(tax, session.currency),
        total=Money(session.amount_total, session.currency),
    )
