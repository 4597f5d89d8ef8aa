"""Stripe's errors, classed by who can mend them. https://docs.stripe.com/api/errors"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import stripe

from bot.errors import AccountNotSetUp, OperatorError, PpvError, TemporaryError, UserError
from bot.i18n import gettext_lazy
from bot.ids import AccountId

_TOO_SMALL = gettext_lazy(
    "This price is below the smallest amount that can be paid by card."
    " Please tell the seller, who can offer it again at a higher price."
)
_TOO_LARGE = gettext_lazy(
    "This price is above the largest amount that can be paid at once."
    " Please tell the seller, who can offer it again at a lower price."
)
_NOT_THIS_CURRENCY = gettext_lazy(
    "Payments in this currency can't be taken here."
    " Please tell the seller, who can offer it again in another one."
)
_CARD = gettext_lazy("The payment was refused. Please try again, perhaps with another card.")

_NOT_WHILE_DISPUTED = gettext_lazy(
    "The buyer's bank has this payment under dispute, so it decides where the money goes."
    " It can't be refunded as well."
)
_NOT_ENOUGH = gettext_lazy(
    "There is not enough money in the Stripe account to refund this."
    " Add funds there, or wait for the next sales, then ask again."
)
_TOO_MUCH = gettext_lazy("That is more than is left of this payment.")

_REFUSALS = {
    "amount_too_small": _TOO_SMALL,
    "amount_too_large": _TOO_LARGE,
    "currency_not_supported": _NOT_THIS_CURRENCY,
    "invalid_currency": _NOT_THIS_CURRENCY,
}


_REFUND_REFUSALS = {
    "charge_disputed": _NOT_WHILE_DISPUTED,
    "balance_insufficient": _NOT_ENOUGH,
    "insufficient_funds": _NOT_ENOUGH,
}


_OF_ACCOUNT = re.compile(
    r"terms of service|dashboard\.stripe\.com/(account|settings)|account or business name"
    r"|cannot (currently|presently) (make|accept|create)|capabilit(y|ies)|disabled_reason|account_invalid",
    re.IGNORECASE,
)
"""Such as "Your account cannot currently make live charges." and "You cannot collect consent to your terms of
service unless a URL is set in the Stripe Dashboard"."""


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Raises UserError, TemporaryError or OperatorError for whatever the SDK raises inside."""
    try:
        yield
    except stripe.StripeError as error:
        raise _translated(error) from error


@contextmanager
def checkout_errors(account: AccountId | None) -> Iterator[None]:
    """The same for new checkouts: also raises AccountNotSetUp for what is missing in the account itself."""
    try:
        with stripe_errors():
            yield
    except OperatorError as broken:
        error = broken.__cause__
        if isinstance(error, stripe.StripeError) and _is_the_account_s_fault(error, account):
            raise AccountNotSetUp(str(broken), account=account, made=False) from error
        raise


def _is_the_account_s_fault(error: stripe.StripeError, account: AccountId | None) -> bool:
    """Stripe gives most of these errors no code. Its words name the account or the Dashboard's page."""
    if isinstance(error, stripe.PermissionError | stripe.AuthenticationError):
        return account is not None
    if not isinstance(error, stripe.InvalidRequestError):
        return False
    param = error.param or ""
    return param.startswith("consent_collection") or _OF_ACCOUNT.search(str(error)) is not None


@contextmanager
def refund_errors() -> Iterator[None]:
    """The same for refunds. One that was made before is no error."""
    try:
        with stripe_errors():
            yield
    except OperatorError as broken:
        error = broken.__cause__
        code = error.code if isinstance(error, stripe.InvalidRequestError) else None
        if code == "charge_already_refunded":
            return
        if code in _REFUND_REFUSALS:
            raise UserError(_REFUND_REFUSALS[code]) from error
        if isinstance(error, stripe.InvalidRequestError) and "greater than" in str(error):
            raise UserError(_TOO_MUCH) from error
        raise


def _translated(error: stripe.StripeError) -> PpvError:
    match error:
        case stripe.APIConnectionError() | stripe.RateLimitError():
            return _later(error)
        case stripe.AuthenticationError() | stripe.PermissionError():
            return OperatorError(f"Stripe does not accept our key for this {_trace(error)}")
        case stripe.IdempotencyError():
            return OperatorError(f"Stripe knows another request under the same key {_trace(error)}")
        case stripe.CardError():
            return UserError(_CARD)
        case stripe.InvalidRequestError():
            words = _refusal_words(error)
            return UserError(words) if words else _broken(error)
    status = error.http_status or 0
    clients_fault = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return _broken(error) if clients_fault and status != HTTPStatus.CONFLICT else _later(error)


def _refusal_words(error: stripe.InvalidRequestError) -> str | None:
    """What the buyer is told when it is the price that Stripe does not take.

    For a currency that it does not know Stripe names the parameter, but gives no code.
    """
    if error.code in _REFUSALS:
        return _REFUSALS[error.code]
    return _NOT_THIS_CURRENCY if (error.param or "").endswith("[currency]") else None


def _later(error: stripe.StripeError) -> TemporaryError:
    said = (error.headers or {}).get("retry-after", "")
    kind = type(error).__name__
    return TemporaryError(
        f"Stripe is not answering as it should: {kind} {_trace(error)}",
        retry_after=float(said) if said.isdecimal() else None,
    )


def _broken(error: stripe.StripeError) -> OperatorError:
    return OperatorError(f"Stripe refuses our request: {error.user_message} {_trace(error)}")


def _trace(error: stripe.StripeError) -> str:
    """What the operator needs to find the request in Stripe's Dashboard."""
    code = error.code or error.http_status or "no answer"
    return f"({code}, request {error.request_id or 'unknown'})"
