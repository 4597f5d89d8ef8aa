"""Looking into the emulated account, without a request to its API."""

from copy import deepcopy

from sandbox.stripe import balance
from sandbox.stripe.booking import commissions_to_come, to_come
from sandbox.stripe.connect import Connect
from sandbox.stripe.contract import Contract, SchemaMiss
from sandbox.stripe.vocabulary import StripeObject


class Looking:
    """What tests and the demo read. All of it are copies."""

    _connect: Connect
    _contract: Contract

    def get(self, object_id: str) -> StripeObject:
        """Any object by its id (`cs_`, `pi_`, `ch_`, `re_`, `du_`, `evt_`, ...). Raises KeyError."""
        item = self._connect.owner(object_id).ledger.find(object_id)
        if item is None:
            raise KeyError(object_id)
        return deepcopy(item)

    def all(self, kind: str, *, account: str | None = None) -> list[StripeObject]:
        """All objects of one kind, oldest first: "checkout.session", "charge", "event", ..."""
        departed = self._connect.departed.get(account or "")
        return deepcopy(list((departed or self._connect.named(account)).ledger.all(kind)))

    def charge_of(self, session_id: str) -> StripeObject:
        """The latest charge behind a session. Raises KeyError if nobody tried to pay it."""
        intent_id = self.get(session_id)["payment_intent"] or ""
        return self.get(self.get(intent_id)["latest_charge"])

    def balance(self, currency: str, *, account: str | None = None) -> int:
        """Payments minus refunds, disputed money and fees, in minor units; the platform's or a seller's.

        Payments that are not booked yet count as they will be. See `booked`.
        """
        owner = self._connect.named(account)
        sellers = () if account else self._connect.accounts.values()
        commissions = sum(commissions_to_come(each, currency) for each in sellers)
        return self.booked(currency, account=account) + to_come(owner, currency) + commissions

    def booked(self, currency: str, *, account: str | None = None) -> int:
        """The sum of all balance transactions, in minor units."""
        return balance.total(self._connect.named(account).ledger, currency)

    @property
    def schema_misses(self) -> list[SchemaMiss]:
        """Answers and events of the emulator itself that Stripe's spec does not allow."""
        return self._contract.misses
