"""A whole purchase from its rows."""

from appservice.db.columns import nullable, time_from_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_attempts import attempt_from_row
from appservice.db.repositories.sql_payments import payment_from_row
from appservice.db.transaction import Row, Transaction
from bot.domain.purchases.delivery import DeliveredFile, Delivery, DeliveryBlocker, DeliveryChannel
from bot.domain.purchases.purchase import Purchase


async def load_purchase(transaction: Transaction, cipher: FieldCipher, row: Row) -> Purchase:
    """The whole, from its row in `purchases`."""
    id_ = row["id"]
    attempts = await transaction.rows(
        "SELECT * FROM attempts WHERE purchase = ? ORDER BY number", id_
    )
    payments = await transaction.rows(
        "SELECT * FROM payments WHERE purchase = ? ORDER BY number", id_
    )
    deliveries = await transaction.rows(
        "SELECT * FROM deliveries WHERE purchase = ? ORDER BY round", id_
    )
    handed = await transaction.rows(
        "SELECT * FROM handed WHERE purchase = ? ORDER BY round, position", id_
    )
    return Purchase(
        id=id_,
        version=row["version"],
        offer=row["offer"],
        buyer=row["buyer"],
        pay_token=row["link"],
        created_at=time_from_text(row["created_at"]),
        gifted_at=nullable(time_from_text, row["given_at"]),
        attempts=tuple(attempt_from_row(each, cipher) for each in attempts),
        payments=tuple(payment_from_row(each) for each in payments),
        deliveries=tuple(_delivery_from_row(each, handed) for each in deliveries),
    )


def _delivery_from_row(row: Row, handed: list[Row]) -> Delivery:
    return Delivery(
        number=row["round"],
        requested_at=time_from_text(row["requested_at"]),
        payment=row["payment"],
        room=row["room"],
        done_at=nullable(time_from_text, row["done_at"]),
        revoked_at=nullable(time_from_text, row["taken_back_at"]),
        blocker=nullable(DeliveryBlocker, row["obstacle"]),
        blocked_since=nullable(time_from_text, row["obstacle_since"]),
        files=tuple(
            DeliveredFile(
                each["attachment"], each["event"], each["room"], DeliveryChannel(each["way"])
            )
            for each in handed
            if each["round"] == row["round"]
        ),
    )
