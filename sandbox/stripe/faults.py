"""Switches that make the network and Stripe misbehave on demand.

Each holds for the next `times` occasions; with `times=None` until `clear`. The first switch that
fits an occasion is the one that works.
"""

from dataclasses import dataclass, field
from enum import StrEnum, auto

from sandbox.stripe.errors import StripeError, conflict, internal, too_many_requests
from sandbox.stripe.vocabulary import StripeObject


class Trouble(StrEnum):
    """What goes wrong with an API request."""

    REFUSED = auto()
    HANGS = auto()
    BODY_CUT = auto()
    RESPONSE_LOST = auto()


class Mishap(StrEnum):
    """What goes wrong with a webhook."""

    LATE = auto()
    DOUBLED = auto()
    REORDERED = auto()
    NEVER = auto()
    FORGED = auto()


@dataclass(slots=True)
class RequestFault:
    trouble: Trouble
    method: str | None
    path: str
    left: int | None
    error: StripeError | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class WebhookFault:
    mishap: Mishap
    events: str
    left: int | None
    seconds: float = 0.0
    batch: int = 0
    held: list[tuple[StripeObject, str]] = field(default_factory=list)


class FaultSwitches:
    """Requests are picked by `method` (None: any) and by how their `path` begins, webhooks by how
    their type begins (`events="checkout.session."`)."""

    def __init__(self) -> None:
        self._requests: list[RequestFault] = []
        self._webhooks: list[WebhookFault] = []

    def clear(self) -> None:
        self._requests.clear()
        self._webhooks.clear()

    # --- API requests ---------------------------------------------------------------------------

    def answer_500(
        self,
        *,
        times: int | None = 1,
        method: str | None = None,
        path: str = "/v1/",
        remembered: bool = True,
    ) -> None:
        """Nothing is done. As at Stripe the idempotency key remembers the failure, so the same
        request answers 500 for a day; `remembered=False` is a failure before the work began."""
        error = internal()
        error.remembered = remembered
        self._requests.append(RequestFault(Trouble.REFUSED, method, path, times, error))

    def answer_409(
        self, *, times: int | None = 1, method: str | None = None, path: str = "/v1/"
    ) -> None:
        """Somebody else holds the object (`lock_timeout`)."""
        self._requests.append(RequestFault(Trouble.REFUSED, method, path, times, conflict()))

    def answer_429(
        self, *, times: int | None = 1, method: str | None = None, path: str = "/v1/"
    ) -> None:
        """Too many requests."""
        error = too_many_requests()
        self._requests.append(RequestFault(Trouble.REFUSED, method, path, times, error))

    def hang(
        self,
        seconds: float,
        *,
        times: int | None = 1,
        method: str | None = None,
        path: str = "/v1/",
    ) -> None:
        """Hold the request (and its idempotency key) for `seconds`, and only then do the work."""
        fault = RequestFault(Trouble.HANGS, method, path, times, seconds=seconds)
        self._requests.append(fault)

    def cut_body(
        self, *, times: int | None = 1, method: str | None = None, path: str = "/v1/"
    ) -> None:
        """Do the work, promise a whole answer, send half of it and hang up."""
        self._requests.append(RequestFault(Trouble.BODY_CUT, method, path, times))

    def lose_response(
        self, *, times: int | None = 1, method: str | None = None, path: str = "/v1/"
    ) -> None:
        """Do the work and hang up without a word."""
        self._requests.append(RequestFault(Trouble.RESPONSE_LOST, method, path, times))

    def take_request(self, method: str, path: str) -> RequestFault | None:
        """The fault for a request that has just come in; counts it as used."""
        for fault in self._requests:
            if fault.method in {None, method} and path.startswith(fault.path):
                fault.left = _one_less(fault.left)
                self._requests = [each for each in self._requests if each.left != 0]
                return fault
        return None

    # --- webhooks -------------------------------------------------------------------------------

    def webhooks_late(self, seconds: float, *, times: int | None = 1, events: str = "") -> None:
        self._webhooks.append(WebhookFault(Mishap.LATE, events, times, seconds=seconds))

    def webhooks_doubled(self, *, times: int | None = 1, events: str = "") -> None:
        """The same event twice, at the same moment."""
        self._webhooks.append(WebhookFault(Mishap.DOUBLED, events, times))

    def webhooks_reordered(self, *, batch: int = 2, events: str = "") -> None:
        """Hold the next `batch` events, then deliver them last first, one after the other."""
        self._webhooks.append(WebhookFault(Mishap.REORDERED, events, batch, batch=batch))

    def webhooks_never(self, *, times: int | None = 1, events: str = "") -> None:
        self._webhooks.append(WebhookFault(Mishap.NEVER, events, times))

    def webhooks_forged(self, *, times: int | None = 1, events: str = "") -> None:
        """Beside the true one, the same event comes signed by somebody who has not the secret."""
        self._webhooks.append(WebhookFault(Mishap.FORGED, events, times))

    def take_webhook(self, event_type: str) -> WebhookFault | None:
        """The fault for an event that is to be sent now; counts it as used."""
        for fault in self._webhooks:
            if event_type.startswith(fault.events):
                fault.left = _one_less(fault.left)
                self._webhooks = [each for each in self._webhooks if each.left != 0]
                return fault
        return None


def _one_less(left: int | None) -> int | None:
    return None if left is None else left - 1
