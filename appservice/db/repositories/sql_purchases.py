"""Purchases, with their attempts to pay, the payments and the deliveries."""

from appservice.db.columns import nullable, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.optimistic_lock import Versions
from appservice.db.repositories.sql_attempts import write_attempt
from appservice.db.repositories.sql_payments import write_payment
from appservice.db.repositories.sql_purchase_rows import load_purchase
from appservice.db.repositories.sql_sales import SqlSales
from appservice.db.transaction import Transaction, Value
from bot.domain.purchases.delivery import Delivery
from bot.domain.purchases.purchase import Purchase
from bot.domain.purchases.sale_log import SaleEvent, purchase_events
from bot.ids import CheckoutSessionId, LinkToken, PaymentIntentId, PurchaseId


class SqlPurchases(SqlSales):
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        super().__init__(transaction, cipher)
        self._versions = Versions()
        self._loaded: dict[PurchaseId, Purchase] = {}
        self.saved: set[PurchaseId] = set()
        self.log: list[SaleEvent] = []
        """What happened to them, to be told once it is committed."""

    async def get(self, purchase: PurchaseId) -> Purchase | None:
        return await self._one("WHERE id = ?", purchase)

    async def by_link(self, link: LinkToken) -> Purchase | None:
        return await self._one("WHERE link = ?", link)

    async def by_session(self, session: CheckoutSessionId) -> Purchase | None:
        return await self._one(
            "WHERE id = (SELECT purchase FROM attempts WHERE session = ?)", session
        )

    async def by_payment(self, intent: PaymentIntentId) -> Purchase | None:
        return await self._one(
            "WHERE id = (SELECT purchase FROM payments WHERE payment_intent = ?)", intent
        )

    async def refund_request(self, intent: PaymentIntentId) -> str | None:
        row = await self._transaction.row(
            "SELECT cause FROM refund_requests WHERE payment_intent_id = ?", intent
        )
        return str(row["cause"]) if row else None

    async def request_refund(self, intent: PaymentIntentId, cause: str) -> None:
        await self._transaction.run(
            "INSERT INTO refund_requests (payment_intent_id, cause) VALUES (?, ?)"
            " ON CONFLICT (payment_intent_id) DO UPDATE SET cause = excluded.cause",
            intent,
            cause,
        )

    async def _one(self, where: str, value: Value) -> Purchase | None:
        row = await self._transaction.row(
            f"SELECT * FROM purchases {where}",  # noqa: S608 - of our own words
            value,
        )
        if row is None:
            return None
        purchase = await load_purchase(self._transaction, self._cipher, row)
        self._loaded[purchase.id] = purchase
        return purchase

    async def save(self, purchase: Purchase) -> None:
        """Also raises PaymentMismatch when a payment was counted for another purchase."""
        made_from, version = self._versions.step(purchase.id, purchase.version)
        if made_from == 0:
            found = await self._transaction.row(
                "INSERT INTO purchases (id, version, offer, buyer, link, created_at, given_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                purchase.id,
                version,
                purchase.offer,
                purchase.buyer,
                purchase.pay_token,
                time_to_text(purchase.created_at),
                nullable(time_to_text, purchase.gifted_at),
            )
        else:
            found = await self._transaction.row(
                "UPDATE purchases SET version = ?, buyer = ?, link = ?, given_at = ?"
                " WHERE id = ? AND version = ? RETURNING id",
                version,
                purchase.buyer,
                purchase.pay_token,
                nullable(time_to_text, purchase.gifted_at),
                purchase.id,
                made_from,
            )
        self._versions.saved(purchase.id, version, found=found is not None)
        await self._write_parts(purchase)
        self.saved.add(purchase.id)
        if made_from == 0 or purchase.id in self._loaded:
            self.log += purchase_events(self._loaded.get(purchase.id), purchase)
        self._loaded[purchase.id] = purchase

    async def _write_parts(self, purchase: Purchase) -> None:
        for number, payment in enumerate(purchase.payments, 1):
            await write_payment(self._transaction, purchase.id, number, payment)
        await self._transaction.run("DELETE FROM attempts WHERE purchase = ?", purchase.id)
        for attempt in purchase.attempts:
            await write_attempt(self._transaction, self._cipher, purchase.id, attempt)
        await self._transaction.run("DELETE FROM deliveries WHERE purchase = ?", purchase.id)
        for delivery in purchase.deliveries:
            await self._write_delivery(purchase.id, delivery)

    async def _write_delivery(self, purchase: PurchaseId, delivery: Delivery) -> None:
        await self._transaction.run(
            "INSERT INTO deliveries (purchase, round, requested_at, payment, room, done_at, taken_back_at,"
            " obstacle, obstacle_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            purchase,
            delivery.number,
            time_to_text(delivery.requested_at),
            delivery.payment,
            delivery.room,
            nullable(time_to_text, delivery.done_at),
            nullable(time_to_text, delivery.revoked_at),
            delivery.blocker,
            nullable(time_to_text, delivery.blocked_since),
        )
        for position, handed in enumerate(delivery.files):
            await self._transaction.run(
                "INSERT INTO handed (purchase, round, position, attachment, event, room, way)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                purchase,
                delivery.number,
                position,
                handed.attachment,
                handed.event,
                handed.room,
                handed.channel,
            )
