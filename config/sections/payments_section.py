"""Stripe, prices and sales."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.section import Section
from config.values import (
    AsList,
    AsMap,
    Currency,
    FeeText,
    HostName,
    HttpUrl,
    StripeKey,
    TimeZone,
    WebhookSecret,
)

STRIPE_API = "https://api.stripe.com"


class Stripe(Section):
    secret_key: StripeKey
    webhook_secrets: Annotated[tuple[WebhookSecret, ...], AsList, Field(min_length=1)]
    """The signing secrets of our webhook endpoint; several while one is being replaced."""
    api_base: HttpUrl = STRIPE_API
    checkout_domains: Annotated[tuple[HostName, ...], AsList] = ()
    """Your custom domains for Stripe's payment pages, such as pay.example.com. Buyers are sent nowhere else."""
    tax: Literal["none", "included", "added"] = "none"
    """Whether Stripe works out the tax, and whether prices hold it already."""
    managed_payments: bool = False
    """Stripe is the merchant of record."""
    invoices: bool = False
    """Stripe makes an invoice for each sale."""
    refund_on_fraud_warning: bool = False
    fees: Annotated[dict[Currency, FeeText], AsMap] = Field(default_factory=dict)
    """What Stripe keeps of a payment, by currency, so that sellers see what is left for them."""

    connect: bool = False
    """Sellers have accounts of their own at Stripe."""
    connect_webhook_secrets: Annotated[tuple[WebhookSecret, ...], AsList] = ()
    """The signing secrets of the endpoint for events of those accounts."""
    commission_percent: Decimal = Field(default=Decimal(0), ge=0, le=50, decimal_places=2)
    """What the house keeps of each sale on such an account."""

    @property
    def live(self) -> bool:
        """Real money."""
        return self.secret_key.get_secret_value().startswith(("sk_live_", "rk_live_"))

    @model_validator(mode="after")
    def _other_addresses_get_test_keys_only(self) -> Self:
        if self.live and self.api_base != STRIPE_API:
            raise ValueError(f"a live key is sent nowhere but to {STRIPE_API}; remove api_base")
        return self

    @model_validator(mode="after")
    def _connect_is_whole(self) -> Self:
        if self.connect and not self.connect_webhook_secrets:
            raise ValueError("connect needs connect_webhook_secrets: see docs/connect.md")
        if self.connect and self.managed_payments:
            raise ValueError("managed_payments and connect exclude each other")
        return self


class Prices(Section):
    default_currency: Currency = "usd"


class Sales(Section):
    terms_text: str = Field(default="", max_length=1000)
    """What buyers accept at checkout; empty for nothing."""
    terms_url: HttpUrl | Literal[""] = ""
    terms_version: str = Field(default="1", min_length=1, max_length=40)
    withdrawal_days: int = Field(default=14, ge=0, le=365)
    """For so long buyers may withdraw from what they bought, unless they waived that."""
    access_log_days: int = Field(default=540, ge=1, le=3650)
    """For so long it is known when a page was opened: evidence in disputes, and sellers' figures."""
    time_zone: TimeZone = "UTC"
    """In which days, weeks and months begin and end in exports and statistics."""
    remove_location: bool = True
    """Take place and camera out of photos and films, unless their seller wants them to stay."""
    contact: str = Field(default="", max_length=200)
    """Whom to ask about money besides the seller; empty for nobody."""

    @model_validator(mode="after")
    def _terms_are_whole(self) -> Self:
        if bool(self.terms_text) != bool(self.terms_url):
            raise ValueError("terms_text and terms_url need each other: set both, or neither")
        return self
