"""What `matrix-ppv init` asks, each answer tried as it is given. A wrong one is asked for again."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from bot.errors import PpvError
from config.values import HttpUrl, ServerName, StripeKey


class Answer(click.ParamType):  # type: ignore[type-arg]
    """An answer of one of the settings' types. `tried` goes on to try it out, and raises ValueError."""

    name = "text"

    def __init__(
        self,
        type_: Any,
        tried: Callable[[str, click.Context], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._type: TypeAdapter[Any] = TypeAdapter(type_)
        self._tried = tried

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        try:
            valid = self._type.validate_python(text)
        except ValidationError as error:
            self.fail(_words(error), param, ctx)
        answer = valid if isinstance(valid, str) else text
        if self._tried is not None and ctx is not None:
            try:
                asyncio.run(self._tried(answer, ctx))
            except ValueError as error:
                self.fail(str(error), param, ctx)
        return answer


def _words(error: ValidationError) -> str:
    return str(error.errors()[0]["msg"]).removeprefix("Value error, ")


async def _speaks_matrix(url: str, _: click.Context) -> None:
    from appservice.doctor.check_homeserver import matrix_version  # noqa: PLC0415
    from appservice.doctor.check_result import CheckFailed  # noqa: PLC0415 - loads aiohttp and nio

    try:
        await matrix_version(url)
    except CheckFailed as unwell:
        raise ValueError(str(unwell)) from None


async def _is_its_name(domain: str, ctx: click.Context) -> None:
    if "homeserver" in ctx.params:
        await require_name(ctx.params["homeserver"], domain)


async def _is_a_user(who: str, ctx: click.Context) -> None:
    require_user(who, ctx.params.get("domain"))


async def require_name(homeserver: str, domain: str) -> None:
    """Hold a domain against the name by which the homeserver signs, where it tells. Raises ValueError."""
    from appservice.doctor.check_homeserver import server_name  # noqa: PLC0415

    there = await server_name(homeserver)
    if there not in {None, domain}:
        raise ValueError(f"the homeserver at {homeserver} calls itself {there}, not {domain}")


def require_user(who: str, domain: str | None) -> None:
    """Raises ValueError for what is no Matrix ID of that domain, or, before it is known, of any."""
    if not re.fullmatch(r"@[^:\s]+:\S+", who) or not who.endswith(f":{domain}" if domain else ""):
        raise ValueError(f"must be your own Matrix ID, such as @you:{domain or 'example.org'}")


async def _may_do_all(key: str, ctx: click.Context) -> None:
    from appservice.payments.stripe_processor import StripeProcessor  # noqa: PLC0415 - loads stripe

    try:
        async with StripeProcessor.open(
            key, instance="ppv", api_base=ctx.params["stripe_api"]
        ) as processor:
            missing = await processor.checkup().missing_rights()
    except PpvError as error:
        raise ValueError(f"Stripe does not take this key: {error}") from None
    if missing:
        raise ValueError(
            f"This key may not read {', '.join(missing)}. Edit it in Stripe's Dashboard, or take another"
            " one: docs/stripe.md lists the rights."
        )


HOMESERVER = Answer(HttpUrl, _speaks_matrix)
DOMAIN = Answer(ServerName, _is_its_name)
ADMIN = Answer(str, _is_a_user)
PUBLIC_URL = Answer(HttpUrl)
STRIPE_KEY = Answer(StripeKey, _may_do_all)
