"""Everything that the emulated account owns."""

import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.errors import no_such
from sandbox.stripe.vocabulary import Clock, StripeObject

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Basket:
    """What a session keeps for later: its lines, and what its payment is to be made with."""

    line_items: list[StripeObject]
    payment_intent_data: dict[str, Any]
    terms_required: bool
    tax_behavior: str | None = None
    """`inclusive` or `exclusive`, if tax is worked out; None if it is not."""
    invoice: bool = False


class Ledger:
    """The account's live objects, in the order in which they were made."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._objects: dict[str, StripeObject] = {}
        self.baskets: dict[str, Basket] = {}
        self.bookings_due: dict[str, float] = {}
        """When charges are booked, by their ids."""

    def now(self) -> int:
        return int(self.clock())

    def new_id(self, prefix: str, length: int = 24) -> str:
        return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))

    def add(self, item: StripeObject) -> StripeObject:
        self._objects[str(item["id"])] = item
        return item

    def remove(self, object_id: str) -> None:
        del self._objects[object_id]

    def find(self, object_id: str) -> StripeObject | None:
        return self._objects.get(object_id)

    def get(self, kind: str, object_id: str, *, param: str = "id") -> StripeObject:
        """Raises StripeError (`resource_missing`) if there is no such object of that kind."""
        item = self._objects.get(object_id)
        if item is None or item["object"] != kind:
            raise no_such(kind, object_id, param)
        return item

    def all(self, kind: str) -> Iterator[StripeObject]:
        return (item for item in list(self._objects.values()) if item["object"] == kind)

    def where(self, kind: str, **fields: object) -> list[StripeObject]:
        """Objects of a kind whose fields have these values, oldest first."""
        return [
            item
            for item in self.all(kind)
            if all(item[name] == value for name, value in fields.items())
        ]
