"""A buyer's money: tried, refused, taken, on its way, arrived or lost.

The order of the events is the order in which Stripe usually sends them; nothing promises it.
"""

from http import HTTPStatus

from sandbox.stripe import tax
from sandbox.stripe.account import Account
from sandbox.stripe.booking import book_due, schedule_booking
from sandbox.stripe.cards import Refusal, refusal_of
from sandbox.stripe.charges import bank_debit, card_charge, payment_intent
from sandbox.stripe.checkout import find_session
from sandbox.stripe.errors import StripeError, wrong_state
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, StripeObject


class CardDeclinedError(StripeError):
    """What the hosted page tells a buyer whose card was refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(
            refusal.message,
            status=HTTPStatus.PAYMENT_REQUIRED,
            kind="card_error",
            code="card_declined",
        )


def pay_by_card(account: Account, session_id: str, card: str) -> StripeObject:
    """Raises UnknownCardError, CardDeclinedError, or StripeError if the session is not open."""
    refusal = refusal_of(card)
    session = _open_session(account, session_id)
    intent = _intent_of(account, session)
    charge = card_charge(account.ledger, session, intent, card, refusal)
    if refusal is not None:
        _fail(account, intent, charge)
        raise CardDeclinedError(refusal)
    _take(account, intent, charge)
    _complete(account, session, payment_status="paid")
    book_due(account)
    return session


def pay_later(account: Account, session_id: str) -> StripeObject:
    """Begin a bank debit: the session is complete, its money is still to come."""
    session = _open_session(account, session_id)
    intent = _intent_of(account, session)
    charge = bank_debit(account.ledger, session, intent)
    intent.update(
        status="processing", latest_charge=charge["id"], payment_method=charge["payment_method"]
    )
    _announce(account, "payment_intent.processing", intent)
    _announce(account, "charge.pending", charge)
    _complete(account, session, payment_status="unpaid")
    return session


def settle_later(account: Account, session_id: str, *, succeed: bool) -> StripeObject:
    """Let the money of `pay_later` arrive, or not. Raises StripeError if none is on its way."""
    session = find_session(account, session_id)
    intent = account.ledger.find(session["payment_intent"] or "")
    if intent is None or intent["status"] != "processing":
        raise wrong_state("No payment of this Checkout Session is on its way.")
    charge = account.ledger.get("charge", intent["latest_charge"])
    if succeed:
        _take(account, intent, charge)
        session["payment_status"] = "paid"
        _announce(account, "checkout.session.async_payment_succeeded", session)
        book_due(account)
    else:
        charge.update(
            failure_code="insufficient_funds",
            failure_message="The customer's account has insufficient funds.",
        )
        _fail(account, intent, charge)
        _announce(account, "checkout.session.async_payment_failed", session)
    return session


def _open_session(account: Account, session_id: str) -> StripeObject:
    session = find_session(account, session_id)
    if session["status"] != "open":
        raise wrong_state(f"This Checkout Session is {session['status']}; it cannot be paid.")
    return session


def _intent_of(account: Account, session: StripeObject) -> StripeObject:
    """The session's payment intent; it comes into being when a buyer first confirms."""
    known = account.ledger.find(session["payment_intent"] or "")
    if known is not None:
        return known
    tax.settle(session, account.ledger.baskets[session["id"]])
    intent = account.ledger.add(payment_intent(account.ledger, session))
    session["payment_intent"] = intent["id"]
    _announce(account, "payment_intent.created", intent)
    return intent


def _take(account: Account, intent: StripeObject, charge: StripeObject) -> None:
    charge.update(
        amount_captured=charge["amount"],
        captured=True,
        paid=True,
        status="succeeded",
    )
    intent.update(
        amount_received=charge["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        payment_method=charge["payment_method"],
        status="succeeded",
    )
    schedule_booking(account, charge)
    _announce(account, "charge.succeeded", charge)
    _announce(account, "payment_intent.succeeded", intent)


def _fail(account: Account, intent: StripeObject, charge: StripeObject) -> None:
    charge.update(paid=False, status="failed")
    error = {
        "charge": charge["id"],
        "code": charge["failure_code"],
        "message": charge["failure_message"],
        "type": "card_error" if charge["id"].startswith("ch_") else "invalid_request_error",
    }
    if charge["outcome"]["type"] == "issuer_declined":
        error["decline_code"] = charge["outcome"]["reason"]
    intent.update(
        last_payment_error=error,
        latest_charge=charge["id"],
        payment_method=None,
        status="requires_payment_method",
    )
    _announce(account, "charge.failed", charge)
    _announce(account, "payment_intent.payment_failed", intent)


def _complete(account: Account, session: StripeObject, *, payment_status: str) -> None:
    session.update(
        status="complete",
        payment_status=payment_status,
        url=None,
        customer_details={
            "address": None,
            "business_name": None,
            "email": None,
            "individual_name": None,
            "name": "A Buyer",
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    )
    if account.ledger.baskets[session["id"]].invoice:
        session["invoice"] = account.ledger.new_id("in_1")
    if account.ledger.baskets[session["id"]].terms_required:
        session["consent"] = {"promotions": None, "terms_of_service": "accepted"}
    _announce(account, "checkout.session.completed", session)


def _announce(account: Account, kind: str, subject: StripeObject) -> None:
    account.events.record(kind, subject, OUTSIDE_THE_API)
