"""A strict, stateful stand-in for Stripe on this machine. It moves no money."""

from sandbox.stripe.account import Fees
from sandbox.stripe.capture import CapturedRequest
from sandbox.stripe.emulator import StripeEmulator
from sandbox.stripe.errors import StripeError
from sandbox.stripe.faults import FaultSwitches
from sandbox.stripe.vocabulary import API_VERSION, StripeObject
from sandbox.stripe.webhooks import Delivery

__all__ = [
    "API_VERSION",
    "CapturedRequest",
    "Delivery",
    "FaultSwitches",
    "Fees",
    "StripeEmulator",
    "StripeError",
    "StripeObject",
]
