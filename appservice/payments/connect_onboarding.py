"""Sellers' own accounts at Stripe: the seller is the merchant, answers disputes, and pays Stripe's fees.

https://docs.stripe.com/connect/direct-charges, https://docs.stripe.com/api/v2/core/accounts
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import stripe

from appservice.payments.checkout_session import app_tag
from appservice.payments.errors import stripe_errors
from bot.errors import OperatorError
from bot.ids import AccountId, UserId
from config.addresses import is_same_origin

if TYPE_CHECKING:  # A thousand types that nobody needs at run time.
    from stripe.params.v2.core import AccountCreateParams, AccountLinkCreateParams

_NOT_CONNECTED = {"account_invalid", "resource_missing", "not_found"}
"""The seller has ended the connection, or closed the account: https://docs.stripe.com/error-codes"""


@dataclass(frozen=True, slots=True)
class StripeOnboarding:
    """Fulfils `bot.ports.AccountOnboarding`."""

    client: stripe.StripeClient
    instance: str
    api_base: str
    back_to: str
    """Where sellers go when they are through with Stripe's questions."""

    async def open_account(self, seller: UserId) -> AccountId:
        params: AccountCreateParams = {
            "display_name": seller,
            "dashboard": "full",
            "defaults": {
                "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}
            },
            "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
            "metadata": {"app": app_tag(self.instance), "seller": seller},
        }
        key = f"{self.instance}:account:{seller}"
        with stripe_errors():
            made = await self.client.v2.core.accounts.create_async(params, {"idempotency_key": key})
        return AccountId(made.id)

    async def link(self, account: AccountId) -> str:
        params: AccountLinkCreateParams = {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    # Our pinned API version asks for it; the SDK's own does not know it.
                    "configurations": ["merchant"],  # type: ignore[typeddict-unknown-key]
                    "refresh_url": self.back_to,
                    "return_url": self.back_to,
                },
            },
        }
        with stripe_errors():
            made = await self.client.v2.core.account_links.create_async(params)
        return self._vetted(made.url)

    async def is_ready(self, account: AccountId) -> bool:
        with stripe_errors():
            try:
                found = await self.client.v2.core.accounts.retrieve_async(
                    account, {"include": ["configuration.merchant"]}
                )
            except (stripe.InvalidRequestError, stripe.PermissionError) as error:
                if error.code in _NOT_CONNECTED:
                    return False
                raise
        merchant = found.configuration.merchant if found.configuration else None
        cards = merchant.capabilities.card_payments if merchant and merchant.capabilities else None
        return cards is not None and cards.status == "active"

    def _vetted(self, url: str) -> str:
        """Sellers are sent nowhere but to Stripe's own pages, whatever an answer says."""
        parts = urlsplit(url)
        at_stripe = parts.scheme == "https" and (parts.hostname or "").endswith(".stripe.com")
        if not at_stripe and not is_same_origin(url, self.api_base):
            raise OperatorError("the link to a seller's account is not Stripe's")
        return url
