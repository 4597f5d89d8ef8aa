"""Every setting, its type and its default. The words for admins stand in example.yaml."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import ByteSize, Field, SecretStr, model_validator

from config.retention import Retention
from config.section import Section
from config.values import (
    Address,
    AsList,
    AsMap,
    Currency,
    DatabaseUrl,
    FolderUrl,
    HttpUrl,
    Kek,
    Listen,
    Localpart,
    ServerName,
    StripeKey,
    Token,
    WebhookSecret,
    Who,
)

STRIPE_API = "https://api.stripe.com"

Level = Literal["block", "buyer", "seller", "admin"]


class Homeserver(Section):
    url: HttpUrl
    """Where we reach its client-server API."""
    domain: ServerName
    """The part of Matrix ids behind the colon."""


class Appservice(Section):
    id: Localpart = "ppv"
    listen: Listen = Address("127.0.0.1", 29330)
    url: HttpUrl = "http://127.0.0.1:29330"
    """Where the homeserver reaches us."""
    as_token: Token
    hs_token: Token
    bot_localpart: Localpart = "ppvbot"

    @model_validator(mode="after")
    def _tokens_differ(self) -> Self:
        if self.as_token == self.hs_token:
            raise ValueError("as_token and hs_token are the same; they must be two different ones")
        return self

    @model_validator(mode="after")
    def _bot_is_not_the_sender(self) -> Self:
        if self.bot_localpart == f"_{self.id}":
            raise ValueError(
                "bot_localpart is the id with _ before it; that name the homeserver needs itself"
            )
        return self


class Public(Section):
    """The pages that buyers see, and Stripe's webhooks."""

    listen: Listen = Address("127.0.0.1", 29331)
    url: HttpUrl
    """Where buyers' browsers and Stripe reach us."""
    imprint_url: HttpUrl | Literal[""] = ""
    privacy_url: HttpUrl | Literal[""] = ""
    terms_url: HttpUrl | Literal[""] = ""
    """At the foot of the pages; empty for sales.terms_url."""
    contact: str = Field(default="", max_length=200)
    """At the foot of the pages: whom to ask, in words; empty for sales.contact."""


class Ops(Section):
    listen: Listen = Address("127.0.0.1", 29332)


class Stripe(Section):
    secret_key: StripeKey
    webhook_secrets: Annotated[tuple[WebhookSecret, ...], AsList, Field(min_length=1)]
    """The signing secrets of our webhook endpoint; several while one is being replaced."""
    api_base: HttpUrl = STRIPE_API
    tax: Literal["none", "included", "added"] = "none"
    """Whether Stripe works out the tax, and whether prices hold it already."""
    managed_payments: bool = False
    """Stripe is the merchant of record."""
    invoices: bool = False
    """Stripe makes an invoice for each sale."""
    refund_on_fraud_warning: bool = False

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


class Database(Section):
    url: DatabaseUrl = SecretStr("sqlite:///ppv.db")

    @property
    def address(self) -> str:
        """With the password, if it has one."""
        return self.url.get_secret_value()

    @property
    def passwords(self) -> tuple[str, ...]:
        """As it stands in the address, and as it is said to the server. None that is a word of ours as well."""
        password = urlsplit(self.address).password or ""
        return (password, unquote(password)) if len(password) >= 8 else ()


class Blobs(Section):
    url: FolderUrl = "file:blobs"
    alert_below: ByteSize = ByteSize(2_000_000_000)
    """Admins are told when fewer bytes are left there."""

    @property
    def folder(self) -> Path:
        """Where the ciphertexts lie."""
        return Path(unquote(urlsplit(self.url).path))


class KeyEncryptionKey(Section):
    key: Kek


class Keys(Section):
    active: str
    """The id of the KEK that wraps new content keys."""
    keks: Mapping[str, KeyEncryptionKey]

    def raw(self) -> dict[str, bytes]:
        """The KEKs by id, 32 bytes each."""
        return {id_: kek.key.get_secret_value() for id_, kek in self.keks.items()}

    @model_validator(mode="after")
    def _active_exists(self) -> Self:
        if self.active not in self.keks:
            raise ValueError(
                f"active is {self.active}, but keks holds {', '.join(self.keks) or 'none'}"
            )
        return self


class Encryption(Section):
    direct_rooms: Literal["required", "preferred", "off"] = "required"
    folder: Path = Path("ppv.crypto")
    """Where the bot's encryption keys lie."""


class Admins(Section):
    room: str = Field(default="", max_length=255)
    """Where alerts go: a room's id or alias; empty for direct chats with the admins."""
    policy_lists: Annotated[tuple[str, ...], AsList] = ()
    """Rooms with lists of whom to keep out: ids or aliases."""


class Limits(Section):
    file_size: ByteSize = ByteSize(200_000_000)
    """Bytes, of one attachment."""
    storage_per_seller: ByteSize = ByteSize(20_000_000_000)
    """Bytes, of all that one seller has here."""
    offers_per_day: int = Field(default=50, ge=1, le=100_000)
    """Of one seller."""
    open_checkouts: int = Field(default=10, ge=1, le=1000)
    """Of one buyer, at the same time."""
    commands_per_minute: int = Field(default=20, ge=1, le=10_000)
    """Of one person."""
    room_commands_per_minute: int = Field(default=60, ge=1, le=10_000)
    """In one room."""
    pages_per_minute: int = Field(default=120, ge=10, le=100_000)
    """Of one visitor's address."""
    attachments_per_offer: int = Field(default=10, ge=1, le=100)
    listening_minutes: int = Field(default=10, ge=1, le=60)
    """How long the bot waits in a room for what a seller has announced."""


class Delivery(Section):
    wait_until_joined: bool = True
    """Goods wait until the buyer is in the direct room."""
    give_up_after_days: int = Field(default=30, ge=1, le=3650)
    """For so long a buyer who does not come is waited for; then admins are told."""


class Gate(Section):
    secret: SecretStr = SecretStr("")
    """Shared with the module in the homeserver; empty where there is none."""

    @model_validator(mode="after")
    def _secret_is_long(self) -> Self:
        if 0 < len(self.secret.get_secret_value()) < 16:
            raise ValueError("secret must have 16 characters or more")
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
    contact: str = Field(default="", max_length=200)
    """Whom to ask about money besides the seller; empty for nobody."""

    @model_validator(mode="after")
    def _terms_are_whole(self) -> Self:
        if bool(self.terms_text) != bool(self.terms_url):
            raise ValueError("terms_text and terms_url need each other: set both, or neither")
        return self


class Messages(Section):
    external_payment_span: bool = False
    """Mark price and link as MSC4286 asks, so that apps that must not show them can hide them."""


class Logging(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


def _local_users_buy(known: dict[str, Any]) -> dict[str, Level]:
    return {f"*:{known['homeserver'].domain}": "buyer"}


class Settings(Section):
    """All of them. Secrets show as stars wherever this is printed."""

    homeserver: Homeserver
    appservice: Appservice
    public: Public
    ops: Ops
    stripe: Stripe
    database: Database
    blobs: Blobs
    keys: Keys
    encryption: Encryption
    permissions: Annotated[dict[Who, Level], AsMap] = Field(default_factory=_local_users_buy)
    admins: Admins
    limits: Limits
    gate: Gate
    delivery: Delivery
    prices: Prices
    sales: Sales
    retention: Retention
    messages: Messages
    logging: Logging

    def secrets(self) -> tuple[str, ...]:
        """All that must never be written down, for those who write logs."""
        tokens = (self.appservice.as_token, self.appservice.hs_token, self.stripe.secret_key)
        return (
            tuple(secret.get_secret_value() for secret in (*tokens, *self.stripe.webhook_secrets))
            + self.database.passwords
        )

    @model_validator(mode="after")
    def _real_money_is_encrypted(self) -> Self:
        if self.stripe.live and self.public.url.startswith("http://"):
            raise ValueError("with a live Stripe key, public.url must begin with https://")
        return self
