"""All settings: sections of them, each with its types and defaults. The words for admins stand in example.yaml."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from config.sections.mail import Mail
from config.sections.network import Appservice, Gate, Homeserver, Ops, Public
from config.sections.payments_section import Prices, Sales, Stripe
from config.sections.policy import Admins, Delivery, Encryption, Limits, Logging, Messages
from config.sections.retention import Retention
from config.sections.section import Section
from config.sections.storage import Blobs, Database, Keys
from config.values import AsMap, Who

Level = Literal["block", "buyer", "seller", "admin"]


def _local_users_buy(known: dict[str, Any]) -> dict[str, Level]:
    return {f"*:{known['homeserver'].domain}": "buyer"}


def _bound_to(host: str) -> frozenset[IPv4Address | IPv6Address]:
    """Return the addresses that a host listens on; none for a name that only the system knows."""
    if host.lower().rstrip(".") == "localhost":
        return frozenset({IPv4Address("127.0.0.1"), IPv6Address("::1")})
    try:
        address = ip_address(host or "0.0.0.0")  # noqa: S104 - what an admin wrote
    except ValueError:
        return frozenset()
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return frozenset({mapped or address})


def _meet(one: str, other: str) -> bool:
    """Whether two hosts cannot listen on one port. The unspecified addresses are all of them."""
    here, there = _bound_to(one), _bound_to(other)
    everywhere = any(address.is_unspecified for address in here | there)
    return one.lower() == other.lower() or everywhere or bool(here & there)


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
    mail: Mail
    logging: Logging

    def secrets(self) -> tuple[str, ...]:
        """All that must never be written down, for those who write logs."""
        tokens = (self.appservice.as_token, self.appservice.hs_token, self.stripe.secret_key)
        all_ = (*tokens, *self.stripe.webhook_secrets, self.mail.password)
        told = tuple(value for secret in all_ if (value := secret.get_secret_value()))
        return told + self.database.passwords + self.keys.pins

    @model_validator(mode="after")
    def _each_listens_on_its_own_port(self) -> Self:
        named = {
            "appservice.listen": self.appservice.listen,
            "public.listen": self.public.listen,
            "ops.listen": self.ops.listen,
        }
        for (name, one), (other, further) in combinations(named.items(), 2):
            if one.port and one.port == further.port and _meet(one.host, further.host):
                raise ValueError(
                    f"{name} and {other} are the same address, {further}: give each a port of its own"
                )
        return self

    @model_validator(mode="after")
    def _rooms_of_other_homeservers_are_named_by_id(self) -> Self:
        """The homeserver of an alias can lead it to another room whenever it likes, also to one of somebody else's."""
        ours = self.homeserver.domain
        named = {
            "permissions": [each for each in self.permissions if each.startswith("#")],
            "admins.room": [self.admins.room] if self.admins.room.startswith("#") else [],
        }
        for setting, aliases in named.items():
            for alias in aliases:
                if alias.partition(":")[2] != ours:
                    raise ValueError(
                        f"{setting} names a room by {alias}, an alias of another homeserver, which can lead it to"
                        " another room at any time: write the room's id, which begins with !"
                    )
        return self

    @model_validator(mode="after")
    def _real_money_is_encrypted(self) -> Self:
        if self.stripe.live and self.public.url.startswith("http://"):
            raise ValueError("with a live Stripe key, public.url must begin with https://")
        return self
