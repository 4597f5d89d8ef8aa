"""`matrix-ppv init`: from nothing to a configuration that works, each answer tried as it is given."""

import asyncio
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from appservice.cli.configuration import load_settings
from appservice.cli.registration import registration
from bot.errors import PpvError
from config.first import Answers, first_config

_STRIPE_API = "https://api.stripe.com"
_LATER = "whsec_replace_me_by_the_secret_of_your_endpoint"


class Homeserver(click.ParamType):  # type: ignore[type-arg]
    """An address at which Matrix is spoken."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from appservice.checkup.homeserver import speaks_matrix  # noqa: PLC0415

        url = str(value).strip().rstrip("/")
        if not asyncio.run(speaks_matrix(url)):
            self.fail(f"no Matrix homeserver answers at {url}", param, ctx)
        return url


class PublicUrl(click.ParamType):  # type: ignore[type-arg]
    """Where the world will find the pages."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        url = str(value).strip().rstrip("/")
        if not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", url):
            self.fail(f"{url} is no web address, such as https://ppv.example.org", param, ctx)
        return url


@click.command()
@click.option("--homeserver", type=Homeserver(), prompt="Your homeserver's address (https://…)")
@click.option("--domain", prompt="Its domain, the part behind the colon of your users' ids")
@click.option("--admin", prompt="Your own Matrix ID (@you:domain)")
@click.option(
    "--public-url", type=PublicUrl(), prompt="Where the pages are to be found (https://…)"
)
@click.option("--stripe-key", prompt="Stripe's secret or restricted key", hide_input=True)
@click.option("--stripe-api", default=_STRIPE_API, hidden=True)
@click.option("--config", "path", type=click.Path(path_type=Path), default=Path("config.yaml"))
@click.option(
    "--registration", "target", type=click.Path(path_type=Path), default=Path("registration.yaml")
)
@click.pass_context
def init(  # noqa: PLR0913 - one for each question
    context: click.Context,
    *,
    homeserver: str,
    domain: str,
    admin: str,
    public_url: str,
    stripe_key: str,
    stripe_api: str,
    path: Path,
    target: Path,
) -> None:
    """Make config.yaml and registration.yaml: asks what is needed, and replaces nothing that is there."""
    for file in (path, target):
        if file.exists():
            raise click.ClickException(
                f"{file} is there already. Move it away, or name another file."
            )
    secret = _stripe(stripe_key, stripe_api, public_url)
    answers = Answers(
        homeserver=homeserver,
        domain=domain,
        public_url=public_url,
        stripe_key=stripe_key,
        webhook_secret=secret or _LATER,
        stripe_api=stripe_api,
        admin=admin,
    )
    _write(path, first_config(answers))
    load_settings(path)
    context.invoke(registration, path=path, output=target)
    for line in _next_steps(path, target, public_url, told=secret is not None):
        click.echo(line)


def _stripe(key: str, api: str, public_url: str) -> str | None:
    """The signing secret of a new webhook endpoint; None where the admin has to make it."""
    from appservice.payments.stripe import StripeProcessor  # noqa: PLC0415

    async def ask() -> str | None:
        async with StripeProcessor.open(key, instance="ppv", api_base=api) as processor:
            checkup = processor.checkup()
            missing = await checkup.missing_rights()
            if missing:
                raise click.ClickException(
                    f"This key may not read {', '.join(missing)}. Edit it in Stripe's Dashboard, or take"
                    " another one: docs/stripe.md lists the rights."
                )
            return await checkup.create_endpoint(f"{public_url}/webhooks/stripe")

    try:
        return asyncio.run(ask())
    except PpvError as error:
        raise click.ClickException(f"Stripe does not take this key: {error}") from None


def _write(path: Path, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None


def _next_steps(path: Path, target: Path, public_url: str, *, told: bool) -> list[str]:
    endpoint = (
        "Stripe has a webhook endpoint now, and its secret is in the configuration."
        if told
        else f"Add a webhook endpoint for {public_url}/webhooks/stripe in Stripe's Dashboard (docs/stripe.md), and"
        f" put its secret into {path}: this key may not make one, or there is one already."
    )
    host = urlsplit(public_url).netloc
    return [
        "",
        f"Wrote {path}. It holds secrets, and the key that opens all that is sold: keep a copy elsewhere.",
        endpoint,
        "",
        "For Synapse, in homeserver.yaml:",
        f"  app_service_config_files: [{target.resolve()}]",
        "  (Other homeservers, and matrix-docker-ansible-deploy: docs/homeservers.md)",
        "",
        f"Let your web server pass {host} on: matrix-ppv snippet nginx (or caddy, apache, traefik) says how.",
        "Then: matrix-ppv run, and matrix-ppv doctor. For systemd: matrix-ppv snippet systemd",
    ]
