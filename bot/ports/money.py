"""Who takes the money."""

from typing import Protocol

from bot.attempt import Checkout, CheckoutRequest
from bot.ids import CheckoutSessionId


class PaymentProcessor(Protocol):
    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Make a checkout, or find the one that the same request made. Raises Refusal, in words for
        the buyer, when the processor will not take this price."""
        ...

    async def checkout(self, session: CheckoutSessionId) -> Checkout:
        """How it stands. Raises Broken when the processor knows no such session."""
        ...
