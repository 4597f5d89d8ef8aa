"""Connected accounts: opened by a platform, filled in by a seller, charged by the platform in their name.

https://docs.stripe.com/api/v2/core/accounts, https://docs.stripe.com/connect/direct-charges
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from sandbox.stripe.account import Account
from sandbox.stripe.contract import Contract
from sandbox.stripe.errors import StripeError, no_such, not_emulated
from sandbox.stripe.events import EventLog
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, Clock, StripeObject

_LINK_LASTS = timedelta(minutes=5)
_CARRIED_OUT = frozenset(
    {"configuration", "dashboard", "defaults", "display_name", "include", "metadata"}
)


@dataclass(frozen=True, slots=True)
class Connect:
    """The accounts that are connected to one platform."""

    platform: Account
    contract: Contract
    announce: Callable[[StripeObject], None]
    clock: Clock
    accounts: dict[str, Account] = field(default_factory=dict)
    departed: dict[str, Account] = field(default_factory=dict)
    """Those that the platform can look into no more."""
    _ready: set[str] = field(default_factory=set)
    _made: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def named(self, header: str | None) -> Account:
        """Whose request it is, by its `Stripe-Account` header. Raises StripeError for a stranger's."""
        if header is None:
            return self.platform
        if header not in self.accounts:
            raise StripeError(
                "The provided key does not have access to the account of the Stripe-Account header "
                "(or that account does not exist). Application access may have been revoked.",
                status=HTTPStatus.FORBIDDEN,
                code="account_invalid",
            )
        return self.accounts[header]

    def owner(self, object_id: str) -> Account:
        """The account that has this object; the platform for one that nobody has."""
        for account in self.accounts.values():
            if account.ledger.find(object_id) is not None:
                return account
        return self.platform

    def open(self, params: dict[str, Any]) -> StripeObject:
        for name in params:
            if name not in _CARRIED_OUT:
                raise not_emulated(name)
        responsibilities = params.get("defaults", {}).get("responsibilities", {})
        if set(responsibilities.values()) != {"stripe"} or params.get("dashboard") != "full":
            raise not_emulated("defaults[responsibilities]")
        id_ = self.platform.ledger.new_id("acct_1", 16)
        ledger = Ledger(self.clock)
        events = EventLog(ledger, self.contract, self.announce, connected=id_)
        self.accounts[id_] = Account(
            ledger,
            events,
            self.platform.url,
            id_,
            self.platform,
            fees=self.platform.fees,
            call_later=self.platform.call_later,
        )
        self._made[id_] = (self._now(), params)
        return self.shown(id_, params.get("include", []))

    def shown(self, account: str, include: list[str]) -> StripeObject:
        """What is not asked for by `include` is left out."""
        if account not in self.accounts:
            raise no_such("account", account, "account")
        created, params = self._made[account]
        shown: StripeObject = {
            "id": account,
            "object": "v2.core.account",
            "applied_configurations": ["merchant"],
            "created": created,
            "dashboard": params["dashboard"],
            "display_name": params.get("display_name"),
            "livemode": False,
            "metadata": params.get("metadata", {}),
        }
        if "configuration.merchant" in include:
            status = "active" if account in self._ready else "restricted"
            cards = {"status": status, "status_details": []}
            merchant = {"applied": True, "capabilities": {"card_payments": cards}}
            shown["configuration"] = {"merchant": merchant}
        return shown

    def link(self, params: dict[str, Any]) -> StripeObject:
        if params["account"] not in self.accounts:
            raise no_such("account", params["account"], "account")
        now = datetime.fromtimestamp(self.clock(), UTC)
        return {
            "object": "v2.core.account_link",
            "account": params["account"],
            "created": _iso(now),
            "expires_at": _iso(now + _LINK_LASTS),
            "livemode": False,
            "url": f"{self.platform.url}/connect/{params['account']}",
            "use_case": params["use_case"],
        }

    def onboarded(self, account: str) -> None:
        """The seller has answered all questions, and Stripe is content."""
        self._ready.add(account)
        self._updated(account, charges_enabled=True)

    def restricted(self, account: str) -> None:
        self._ready.discard(account)
        self._updated(account, charges_enabled=False)

    def deauthorized(self, account: str) -> None:
        """The platform is told, once it can look into the account no more."""
        gone = self.departed[account] = self.accounts.pop(account)
        application = {"id": "ca_emulated", "object": "application", "name": "The platform"}
        gone.events.record("account.application.deauthorized", application, OUTSIDE_THE_API)

    def _updated(self, account: str, *, charges_enabled: bool) -> None:
        """https://docs.stripe.com/api/events/types#event_types-account.updated"""
        changed = self.accounts[account]
        before = {"charges_enabled": changed.dashboard.charges_enabled}
        changed.dashboard.charges_enabled = charges_enabled
        shown = {
            "id": account,
            "object": "account",
            "charges_enabled": charges_enabled,
            "details_submitted": True,
            "payouts_enabled": charges_enabled,
            "type": "standard",
        }
        changed.events.record("account.updated", shown, OUTSIDE_THE_API, before=before)

    def _now(self) -> str:
        return _iso(datetime.fromtimestamp(self.clock(), UTC))


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
