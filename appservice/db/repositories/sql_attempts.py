"""One attempt to pay: its row, with the request that the checkout was made from."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from appservice.db.columns import from_json, nullable, time_from_text, time_to_text, to_json
from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Row, Transaction
from bot.domain.money.checkout_attempt import Attempt, AttemptState, CheckoutRequest, Tax, Terms
from bot.domain.money.money import Money
from bot.ids import PurchaseId

_REQUEST = "attempts.request"


async def write_attempt(
    transaction: Transaction, cipher: FieldCipher, purchase: PurchaseId, attempt: Attempt
) -> None:
    request = to_json(_request_to_fields(attempt.request))
    await transaction.run(
        "INSERT INTO attempts (purchase, number, state, session, url, request) VALUES (?, ?, ?, ?, ?, ?)",
        purchase,
        attempt.number,
        attempt.state,
        attempt.session,
        attempt.url,
        cipher.encrypt(request, _REQUEST, purchase, str(attempt.number)),
    )


async def has_payable_attempt(
    transaction: Transaction, cipher: FieldCipher, purchase: PurchaseId, now: datetime
) -> bool:
    """Return whether one of the attempts of `purchase` may be paid; SQL alone cannot read the request."""
    rows = await transaction.rows("SELECT * FROM attempts WHERE purchase = ?", purchase)
    return any(attempt_from_row(row, cipher).may_be_paid(now) for row in rows)


def attempt_from_row(row: Row, cipher: FieldCipher) -> Attempt:
    request = cipher.decrypt(row["request"], _REQUEST, row["purchase"], str(row["number"]))
    return Attempt(
        request=_request_from_fields(from_json(request)),
        state=AttemptState(row["state"]),
        session=row["session"],
        url=row["url"],
    )


def _request_to_fields(request: CheckoutRequest) -> dict[str, Any]:
    return asdict(request) | {"expires_at": time_to_text(request.expires_at)}


def _request_from_fields(fields: dict[str, Any]) -> CheckoutRequest:
    return CheckoutRequest(
        **fields
        | {
            "price": _money_from_fields(fields["price"]),
            "expires_at": time_from_text(fields["expires_at"]),
            "terms": nullable(_terms_from_fields, fields.get("terms")),
            "tax": Tax(fields.get("tax", Tax.NONE)),
            "commission": nullable(_money_from_fields, fields.get("commission")),
        }
    )


def _money_from_fields(fields: dict[str, Any]) -> Money:
    return Money(**fields)


def _terms_from_fields(fields: dict[str, Any]) -> Terms:
    return Terms(**fields)
