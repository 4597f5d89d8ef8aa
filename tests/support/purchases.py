"""Purchases at each stage of a sale, and what the payment processor says of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.money.checkout_attempt import (
    Amounts,
    CheckoutRequest,
    CheckoutSession,
    CheckoutStatus,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import (
    Dispute,
    DisputeState,
    PaymentSnapshot,
    Refund,
)
from bot.domain.purchases.purchase import Purchase
from bot.ids import (
    CheckoutSessionId,
    DisputeId,
    LinkToken,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    RefundId,
    UserId,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRICE, NOTHING = Money(500, "usd"), Money(0, "usd")
SESSION = CheckoutSessionId("cs_test_0000000001")


def fresh() -> Purchase:
    return Purchase(
        id=PurchaseId("p1"),
        offer=OfferId("offer00001"),
        buyer=UserId("@bob:test"),
        pay_token=LinkToken("link"),
        created_at=NOW,
    )


def request(
    attempt: int = 1, price: Money = PRICE, at: datetime = NOW, **changes: object
) -> CheckoutRequest:
    plain = CheckoutRequest(
        purchase=PurchaseId("p1"),
        attempt=attempt,
        price=price,
        title="Paid message from Alice",
        expires_at=at + timedelta(minutes=31),
        success_url="https://ppv.test/success",
        cancel_url="https://ppv.test/m/offer",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def in_checkout() -> Purchase:
    return fresh().with_attempt(request()).attempt_opened(1, SESSION, "https://checkout.test")


def facts(
    intent: str = "pi_1",
    amount: Money = PRICE,
    refunds: tuple[Refund, ...] = (),
    disputes: tuple[Dispute, ...] = (),
) -> PaymentSnapshot:
    return PaymentSnapshot(
        intent=PaymentIntentId(intent),
        charge=None,
        amount=amount,
        at=NOW,
        refunds=refunds,
        disputes=disputes,
    )


def refund(minor: int = 500, *, failed: bool = False) -> Refund:
    return Refund(id=RefundId("re_1"), amount=Money(minor, "usd"), at=NOW, failed=failed)


def dispute(state: DisputeState) -> Dispute:
    return Dispute(id=DisputeId("dp_1"), amount=PRICE, at=NOW, state=state, reason="fraudulent")


def paid_checkout(**changes: object) -> CheckoutSession:
    checkout = CheckoutSession(
        session=SESSION,
        reference="p1",
        state=CheckoutStatus.COMPLETE,
        one_time=True,
        live=False,
        amounts=Amounts(subtotal=PRICE, tax=NOTHING, total=PRICE),
        payment=facts(),
    )
    return replace(checkout, **changes)  # type: ignore[arg-type]


def bought() -> Purchase:
    return in_checkout().with_payment(paid_checkout(), live=False)
