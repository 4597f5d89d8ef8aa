"""A payment processor in memory, which keeps to Stripe's rules for idempotency and states."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.attempt import Checkout, CheckoutRequest
from bot.errors import Broken
from bot.ids import CheckoutSessionId, PaymentIntentId
from bot.money import Money
from tests.fakes import Fuse


@dataclass
class FakeProcessor:
    """Fulfils PaymentProcessor."""

    outside_unit_of_work: Callable[[], None]
    fuse: Fuse = field(default_factory=Fuse)
    checkouts: dict[CheckoutSessionId, Checkout] = field(default_factory=dict)
    _requests: dict[tuple[str, int], tuple[CheckoutRequest, CheckoutSessionId]] = field(
        default_factory=dict
    )

    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        self.outside_unit_of_work()
        self.fuse.pass_()
        key = (request.purchase, request.attempt)
        if key in self._requests:
            first, session = self._requests[key]
            assert first == request, "the same idempotency key came with other parameters"
        else:
            session = CheckoutSessionId(f"cs_test_{len(self.checkouts):010}")
            self._requests[key] = (request, session)
            self.checkouts[session] = Checkout(
                session=session,
                reference=request.purchase,
                complete=False,
                paid=False,
                expired=False,
                one_time=True,
                live=False,
                amount=request.price,
                payment_intent=None,
                url=f"https://checkout.stripe.com/c/pay/{session}",
            )
        self.fuse.pass_()
        return self.checkouts[session]

    async def checkout(self, session: CheckoutSessionId) -> Checkout:
        self.outside_unit_of_work()
        if session not in self.checkouts:
            raise Broken(f"no such checkout session: {session}")
        return self.checkouts[session]

    # --- what buyers do

    def pay(self, session: CheckoutSessionId, amount: Money | None = None) -> None:
        checkout = self.checkouts[session]
        self.checkouts[session] = replace(
            checkout,
            complete=True,
            paid=True,
            url=None,
            amount=amount or checkout.amount,
            payment_intent=PaymentIntentId(f"pi_{session}"),
        )

    def expire(self, session: CheckoutSessionId) -> None:
        self.checkouts[session] = replace(self.checkouts[session], expired=True, url=None)
