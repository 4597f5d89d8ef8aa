"""One attempt to pay: its row, with the request that the checkout was made from."""

from datetime import datetime

from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.json_column import JsonColumn
from appservice.db.transaction import Row, Transaction
from bot.domain.money.checkout_attempt import CheckoutAttempt, CheckoutRequest, CheckoutStatus
from bot.ids import PurchaseId

_REQUEST = JsonColumn[CheckoutRequest](CheckoutRequest)
_PLACE = "attempts.request"


async def write_attempt(
    transaction: Transaction, cipher: FieldCipher, purchase: PurchaseId, attempt: CheckoutAttempt
) -> None:
    request = _REQUEST.write(attempt.request)
    await transaction.run(
        "INSERT INTO attempts (purchase, number, state, session, url, request) VALUES (?, ?, ?, ?, ?, ?)",
        purchase,
        attempt.number,
        attempt.state,
        attempt.session,
        attempt.url,
        cipher.encrypt(request, _PLACE, purchase, str(attempt.number)),
    )


async def has_payable_attempt(
    transaction: Transaction, cipher: FieldCipher, purchase: PurchaseId, now: datetime
) -> bool:
    """Return whether one of the attempts of `purchase` may be paid; SQL alone cannot read the request."""
    rows = await transaction.rows("SELECT * FROM attempts WHERE purchase = ?", purchase)
    return any(attempt_from_row(row, cipher).may_be_paid(now) for row in rows)


def attempt_from_row(row: Row, cipher: FieldCipher) -> CheckoutAttempt:
    request = cipher.decrypt(row["request"], _PLACE, row["purchase"], str(row["number"]))
    return CheckoutAttempt(
        request=_REQUEST.read(request),
        state=CheckoutStatus(row["state"]),
        session=row["session"],
        url=row["url"],
    )
