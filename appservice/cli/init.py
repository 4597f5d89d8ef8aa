"""`matrix-ppv init`: from nothing to a configuration that works, each answer tried as it is given.

Nothing is made anywhere before all answers are known to be good. The configuration is written first, so
that a run which breaks off afterwards is gone on with by the next.
"""

import asyncio
import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit

import click

from appservice.cli.answers import (
    ADMIN,
    DOMAIN,
    HOMESERVER,
    PUBLIC_URL,
    STRIPE_KEY,
    require_name,
    require_user,
)
from appservice.cli.configuration import load_settings
from appservice.cli.registration import registration
from bot.errors import PpvError
from config.addresses import origin_of
from config.first import Answers, first_config
from config.settings import Settings

_STRIPE_API = "https://api.stripe.com"
_LATER = "whsec_replace_me_by_the_secret_of_your_endpoint"


def _begin(context: click.Context, _: click.Parameter, path: Path) -> Path:
    """Go on with what is there, before anything is asked."""
    target: Path = context.params["target"]
    if path.exists():
        click.echo(f"{path} is there already: going on with it. To begin anew, move it away first.")
        _finish(context, path, target)
        context.exit()
    if target.exists():
        raise click.ClickException(
            f"{target} is there already, without {path}. Move it away, or name another file."
        )
    return path


@click.command()
@click.option(
    "--registration",
    "target",
    type=click.Path(path_type=Path),
    default=Path("registration.yaml"),
    is_eager=True,
)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=Path("config.yaml"),
    callback=_begin,
)
@click.option("--stripe-api", default=_STRIPE_API, hidden=True, is_eager=True)
@click.option("--homeserver", type=HOMESERVER, prompt="Your homeserver's address (https://…)")
@click.option(
    "--domain", type=DOMAIN, prompt="Its domain, the part behind the colon of your users' ids"
)
@click.option("--admin", type=ADMIN, prompt="Your own Matrix ID (@you:domain)")
@click.option("--public-url", type=PUBLIC_URL, prompt="Where the pages are to be found (https://…)")
@click.option(
    "--stripe-key", type=STRIPE_KEY, prompt="Stripe's secret or restricted key", hide_input=True
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
    """Make config.yaml and registration.yaml: asks what is needed, and replaces nothing that is there.

    Run it again if it was interrupted: it goes on where it stopped.
    """
    try:
        asyncio.run(require_name(homeserver, domain))
        require_user(admin, domain)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    answers = Answers(
        homeserver=homeserver,
        domain=domain,
        public_url=public_url,
        stripe_key=stripe_key,
        webhook_secret=_LATER,
        stripe_api=stripe_api,
        admin=admin,
    )
    _write(path, first_config(answers))
    _finish(context, path, target)


def _finish(context: click.Context, path: Path, target: Path) -> None:
    """All that follows from a configuration, each step only if it is not done yet."""
    public_url = load_settings(path).public.url
    told = _with_webhook_secret(path)
    _find_checkout_domain(path)
    if not target.exists():
        context.invoke(registration, path=path, output=target)
    for line in _next_steps(path, target, public_url, told=told):
        click.echo(line)


def _with_webhook_secret(path: Path) -> bool:
    """Make the webhook endpoint if need be; whether its signing secret is in the configuration then."""
    settings = load_settings(path)
    if _LATER not in {each.get_secret_value() for each in settings.stripe.webhook_secrets}:
        return True
    secret = asyncio.run(
        _new_endpoint(
            settings.stripe.secret_key.get_secret_value(),
            settings.stripe.api_base,
            f"{settings.public.url}/webhooks/stripe",
            _mark(settings),
        )
    )
    if secret is None:
        return False
    _write(path, path.read_text("utf-8").replace(_LATER, secret))
    return True


def _find_checkout_domain(path: Path) -> None:
    """Write a custom domain of the account into the configuration, as Stripe names it when it is asked."""
    settings = load_settings(path)
    if settings.stripe.checkout_domains:
        return
    try:
        page = asyncio.run(_payment_page(settings))
    except PpvError as error:
        click.echo(
            f"Nobody can pay yet: {error}. Once that is mended, `matrix-ppv doctor` looks again."
        )
        return
    from appservice.payments.stripe_processor import checkout_origins  # noqa: PLC0415 - loads stripe

    if origin_of(page) not in checkout_origins(settings.stripe.api_base):
        host = urlsplit(page).hostname
        empty, named = "checkout_domains: []", f"checkout_domains: [{host}]"
        _write(path, path.read_text("utf-8").replace(empty, named))
        click.echo(f"Stripe's payment pages are at your own domain, {host}: noted in {path}.")


async def _payment_page(settings: Settings) -> str:
    from appservice.payments.stripe_processor import StripeProcessor  # noqa: PLC0415 - loads stripe

    key, api = settings.stripe.secret_key.get_secret_value(), settings.stripe.api_base
    async with StripeProcessor.open(key, instance="ppv", api_base=api) as processor:
        currency, terms = settings.prices.default_currency, bool(settings.sales.terms_text)
        return await processor.checkup().payment_page(currency, terms=terms)


async def _new_endpoint(key: str, api: str, url: str, mark: str) -> str | None:
    """The signing secret of a new webhook endpoint; None where the admin has to make it."""
    from appservice.payments.stripe_processor import StripeProcessor  # noqa: PLC0415 - loads stripe

    try:
        async with StripeProcessor.open(key, instance="ppv", api_base=api) as processor:
            return await processor.checkup().create_endpoint(url, mark)
    except PpvError as error:
        raise click.ClickException(
            f"No webhook endpoint could be made at Stripe: {error}. Run `matrix-ppv init` once more."
        ) from None


def _mark(settings: Settings) -> str:
    """A name of this configuration for Stripe, which tells nothing of its secrets."""
    token = settings.appservice.hs_token.get_secret_value()
    return hashlib.sha256(f"init {token}".encode()).hexdigest()[:16]


def _write(path: Path, content: str) -> None:
    """Whole and readable by the owner alone, or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        load_settings(partial)
        partial.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)


def _next_steps(path: Path, target: Path, public_url: str, *, told: bool) -> list[str]:
    endpoint = (
        "Stripe has a webhook endpoint, and its secret is in the configuration."
        if told
        else f"Add a webhook endpoint for {public_url}/webhooks/stripe in Stripe's Dashboard (docs/stripe.md), and"
        f" put its secret into {path}: this key may not make one, or there is one already."
    )
    host = urlsplit(public_url).netloc
    return [
        "",
        f"{path} holds secrets, and the key that opens all that is sold: keep a copy elsewhere.",
        endpoint,
        "",
        "For Synapse, in homeserver.yaml:",
        f"  app_service_config_files: [{target.resolve()}]",
        "  (Other homeservers, and matrix-docker-ansible-deploy: docs/homeservers.md)",
        "",
        f"Let your web server pass {host} on: matrix-ppv snippet nginx (or caddy, apache, traefik) says how.",
        "Then: matrix-ppv run, and matrix-ppv doctor. For systemd: matrix-ppv snippet systemd",
    ]
