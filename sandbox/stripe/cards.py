"""The test cards that are known here (https://docs.stripe.com/testing). No other number passes."""

from dataclasses import dataclass

PAYS = "4242424242424242"
DECLINED = "4000000000000002"
INSUFFICIENT_FUNDS = "4000000000009995"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the card's bank says no: Stripe's `decline_code`, and the sentence the buyer reads."""

    decline_code: str
    message: str


REFUSALS: dict[str, Refusal | None] = {
    PAYS: None,
    DECLINED: Refusal("generic_decline", "Your card was declined."),
    INSUFFICIENT_FUNDS: Refusal("insufficient_funds", "Your card has insufficient funds."),
}


class UnknownCardError(ValueError):
    """Not one of the test numbers. The number itself is never repeated in the message."""


def refusal_of(card: str) -> Refusal | None:
    """None if the card pays. Spaces and dashes do not matter. Raises UnknownCardError."""
    number = card.replace(" ", "").replace("-", "")
    if number not in REFUSALS:
        raise UnknownCardError("That is not one of the test cards.")
    return REFUSALS[number]
