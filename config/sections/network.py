"""Where the homeserver, browsers and operators reach us, and we them."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from config.sections.section import Section
from config.values import (
    AppOrigin,
    AsList,
    HttpUrl,
    Listen,
    ListenAddress,
    Localpart,
    ServerName,
    Token,
)


class Homeserver(Section):
    url: HttpUrl
    """Where we reach its client-server API."""
    domain: ServerName
    """The part of Matrix ids behind the colon."""


class Appservice(Section):
    id: Localpart = "ppv"
    listen: Listen = ListenAddress("127.0.0.1", 29330)
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

    listen: Listen = ListenAddress("127.0.0.1", 29331)
    url: HttpUrl
    """Where buyers' browsers and Stripe reach us."""
    imprint_url: HttpUrl | Literal[""] = ""
    privacy_url: HttpUrl | Literal[""] = ""
    terms_url: HttpUrl | Literal[""] = ""
    """At the foot of the pages; empty for sales.terms_url."""
    contact: str = Field(default="", max_length=200)
    """At the foot of the pages: whom to ask, in words; empty for sales.contact."""
    connections: int = Field(default=1000, ge=16, le=50_000)
    """At the same time; fewer where the system gives us few file descriptors."""
    connections_per_address: int = Field(default=100, ge=4, le=50_000)
    """Of one visitor's address; those from our own network, such as a web server's, are not counted."""
    widget_clients: Annotated[tuple[AppOrigin, ...], AsList] = ()
    """Origins of the chat apps that may show the studio beside a chat; none, and it is not shown there."""

    @field_validator("url")
    @classmethod
    def _is_not_the_homeservers(cls, url: str) -> str:
        if {"_matrix", "_synapse"} & set(urlsplit(url).path.split("/")):
            raise ValueError(
                "this is an address of the homeserver's; our pages need one of their own, such as"
                " https://ppv.your-server.org"
            )
        return url

    @model_validator(mode="after")
    def _widgets_are_safe(self) -> Self:
        here = urlsplit(self.url).hostname in {"localhost", "127.0.0.1", "::1"}
        if self.widget_clients and self.url.startswith("http://") and not here:
            raise ValueError("widget_clients needs a url that begins with https://")
        return self


class Ops(Section):
    listen: Listen = ListenAddress("127.0.0.1", 29332)


class Gate(Section):
    secret: SecretStr = SecretStr("")
    """Shared with the module in the homeserver; empty where there is none."""

    @model_validator(mode="after")
    def _secret_is_long(self) -> Self:
        if 0 < len(self.secret.get_secret_value()) < 16:
            raise ValueError("secret must have 16 characters or more")
        return self
