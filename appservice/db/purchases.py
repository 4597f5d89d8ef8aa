"""Purchases, with their attempts to pay, the payment and the deliveries."""

from appservice.db.attempts import attempt_from_row, write_attempt
from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from appservice.db.versions import Versions
from bot.delivery import Delivery, Handed
from bot.ids import CheckoutSessionId, LinkToken, PurchaseId, UserId
from bot.money import Money
from bot.payment import Payment, PaymentMismatch
from bot.purchase import Purchase

_PURCHASES = """
    SELECT purchases.*, payments.payment_intent, payments.session, payments.amount, payments.currency,
        payments.paid_at
    FROM purchases LEFT JOIN payments ON payments.purchase = purchases.id
"""


class SqlPurchases:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._versions = Versions()

    async def get(self, purchase: PurchaseId) -> Purchase | None:
        row = await self._transaction.row(f"{_PURCHASES} WHERE purchases.id = ?", purchase)
        return await self._load(row) if row else None

    async def by_link(self, link: LinkToken) -> Purchase | None:
        row = await self._transaction.row(f"{_PURCHASES} WHERE purchases.link = ?", link)
        return await self._load(row) if row else None

    async def by_session(self, session: CheckoutSessionId) -> Purchase | None:
        row = await self._transaction.row(
            f"{_PURCHASES} JOIN attempts ON attempts.purchase = purchases.id WHERE attempts.session = ?",
            session,
        )
        return await self._load(row) if row else None

    async def paid_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        rows = await self._transaction.rows(
            f"{_PURCHASES} WHERE purchases.buyer = ? AND payments.paid_at IS NOT NULL"
            " ORDER BY payments.paid_at DESC, purchases.id",
            buyer,
        )
        return tuple([await self._load(row) for row in rows])

    async def save(self, purchase: Purchase) -> None:
        """Also raises PaymentMismatch when its payment was counted for another purchase."""
        made_from, version = self._versions.step(purchase.id, purchase.version)
        if made_from == 0:
            found = await self._transaction.row(
                "INSERT INTO purchases (id, version, offer, buyer, link, created_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                purchase.id,
                version,
                purchase.offer,
                purchase.buyer,
                purchase.link,
                time_to_text(purchase.created_at),
            )
        else:
            found = await self._transaction.row(
                "UPDATE purchases SET version = ?, link = ? WHERE id = ? AND version = ? RETURNING id",
                version,
                purchase.link,
                purchase.id,
                made_from,
            )
        self._versions.saved(purchase.id, version, found=found is not None)
        if purchase.payment:
            await self._record_payment(purchase.id, purchase.payment)
        await self._write_parts(purchase)

    async def _record_payment(self, purchase: PurchaseId, payment: Payment) -> None:
        recorded = await self._transaction.row(
            "INSERT INTO payments (payment_intent, purchase, session, amount, currency, paid_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (payment_intent) DO UPDATE SET session = excluded.session"
            " WHERE payments.purchase = excluded.purchase RETURNING purchase",
            payment.intent,
            purchase,
            payment.session,
            payment.amount.minor,
            payment.amount.currency,
            time_to_text(payment.paid_at),
        )
        if recorded is None:
            raise PaymentMismatch(
                f"payment {payment.intent} was counted before, for another purchase"
            )

    async def _write_parts(self, purchase: Purchase) -> None:
        await self._transaction.run("DELETE FROM attempts WHERE purchase = ?", purchase.id)
        for attempt in purchase.attempts:
            await write_attempt(self._transaction, purchase.id, attempt)
        await self._transaction.run("DELETE FROM deliveries WHERE purchase = ?", purchase.id)
        for delivery in purchase.deliveries:
            await self._write_delivery(purchase.id, delivery)

    async def _write_delivery(self, purchase: PurchaseId, delivery: Delivery) -> None:
        await self._transaction.run(
            "INSERT INTO deliveries (purchase, round, requested_at, room, done_at) VALUES (?, ?, ?, ?, ?)",
            purchase,
            delivery.round,
            time_to_text(delivery.requested_at),
            delivery.room,
            nullable(time_to_text, delivery.done_at),
        )
        for position, handed in enumerate(delivery.handed):
            await self._transaction.run(
                "INSERT INTO handed (purchase, round, position, attachment, event) VALUES (?, ?, ?, ?, ?)",
                purchase,
                delivery.round,
                position,
                handed.attachment,
                handed.event,
            )

    async def _load(self, row: Row) -> Purchase:
        id_ = row["id"]
        attempts = await self._transaction.rows(
            "SELECT * FROM attempts WHERE purchase = ? ORDER BY number", id_
        )
        deliveries = await self._transaction.rows(
            "SELECT * FROM deliveries WHERE purchase = ? ORDER BY round", id_
        )
        handed = await self._transaction.rows(
            "SELECT * FROM handed WHERE purchase = ? ORDER BY round, position", id_
        )
        return Purchase(
            id=id_,
            version=row["version"],
            offer=row["offer"],
            buyer=row["buyer"],
            link=row["link"],
            created_at=time_from_text(row["created_at"]),
            attempts=tuple(attempt_from_row(each) for each in attempts),
            payment=_payment_from_row(row),
            deliveries=tuple(_delivery_from_row(each, handed) for each in deliveries),
        )


def _payment_from_row(row: Row) -> Payment | None:
    if row["payment_intent"] is None:
        return None
    return Payment(
        intent=row["payment_intent"],
        session=row["session"],
        amount=Money(row["amount"], row["currency"]),
        paid_at=time_from_text(row["paid_at"]),
    )


def _delivery_from_row(row: Row, handed: list[Row]) -> Delivery:
    return Delivery(
        round=row["round"],
        requested_at=time_from_text(row["requested_at"]),
        room=row["room"],
        done_at=nullable(time_from_text, row["done_at"]),
        handed=tuple(
            Handed(each["attachment"], each["event"])
            for each in handed
            if each["round"] == row["round"]
        ),
    )
