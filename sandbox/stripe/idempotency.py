"""Idempotency keys (https://docs.stripe.com/api/idempotent_requests)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sandbox.stripe.errors import IDEMPOTENCY, StripeError
from sandbox.stripe.vocabulary import Clock

KEPT_FOR = 24 * 60 * 60
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The first answer to a key, whether it was good news or not."""

    endpoint: str
    params: dict[str, Any]
    status: int
    body: bytes
    request_id: str
    saved_at: float


class IdempotencyKeys:
    """Which keys are being worked on, and what the finished ones were answered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._saved: dict[str, SavedAnswer] = {}
        self._in_use: set[str] = set()

    def begin(self, key: str, endpoint: str, params: dict[str, Any]) -> SavedAnswer | None:
        """The saved answer to replay, or None: then the key is held until `end`.

        Raises StripeError if the key is in use, or was used for something else.
        """
        if len(key) > LONGEST_KEY:
            raise _refusal(f"The idempotency key may be at most {LONGEST_KEY} characters long.")
        if key in self._in_use:
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going "
                f"through): {key}. Please try again later.",
                status=HTTPStatus.CONFLICT,
                kind=IDEMPOTENCY,
                code="idempotency_key_in_use",
            )
        saved = self._saved.get(key)
        if saved is None or saved.saved_at + KEPT_FOR < self._clock():
            self._in_use.add(key)
            return None
        if saved.endpoint != endpoint:
            raise _refusal(
                "Keys for idempotent requests can only be used for the same endpoint they were "
                f"first used for ('{saved.endpoint}' vs '{endpoint}'). Try using a key other than "
                f"'{key}' if you meant to execute a different request."
            )
        if saved.params != params:
            raise _refusal(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
        return saved

    def save(self, key: str, answer: SavedAnswer) -> None:
        self._saved[key] = answer

    def end(self, key: str) -> None:
        self._in_use.discard(key)


def _refusal(message: str) -> StripeError:
    return StripeError(message, kind=IDEMPOTENCY)
