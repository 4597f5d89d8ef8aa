"""What happened in the account, as snapshot events (https://docs.stripe.com/api/events)."""

from collections.abc import Callable
from copy import deepcopy

from sandbox.stripe.contract import Contract
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import API_VERSION, Cause, StripeObject

Announce = Callable[[StripeObject], None]


class EventLog:
    """Writes events down and announces each of them once."""

    def __init__(
        self,
        ledger: Ledger,
        contract: Contract,
        announce: Announce,
        connected: str | None = None,
    ) -> None:
        """`connected`: the id of the connected account that it is the log of."""
        self._connected = connected
        self._ledger = ledger
        self._contract = contract
        self._announce = announce

    def record(
        self,
        kind: str,
        subject: StripeObject,
        cause: Cause,
        *,
        before: StripeObject | None = None,
    ) -> None:
        """`before` holds the former values of what changed, for events that end in `.updated`."""
        snapshot = deepcopy(subject)
        self._contract.check_object(snapshot)
        data: StripeObject = {"object": snapshot}
        if before is not None:
            data["previous_attributes"] = deepcopy(before)
        event: StripeObject = {
            "id": self._ledger.new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self._ledger.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
            "type": kind,
        }
        if self._connected is not None:
            event["account"] = self._connected
        self._contract.check_object(event)
        self._ledger.add(event)
        self._announce(event)
