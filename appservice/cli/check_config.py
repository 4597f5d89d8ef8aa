"""`matrix-ppv check-config`."""

from pathlib import Path

import click

from appservice.cli.configuration import ConfigurationFaulty, config_option, load_settings
from appservice.db.engines import engine_at
from appservice.db.errors import DatabaseUnusable


@click.command("check-config")
@config_option
def check_config(path: Path) -> None:
    """Check the configuration, without asking anybody."""
    settings = load_settings(path)
    try:
        engine_at(settings.database.address)
    except DatabaseUnusable as error:
        raise ConfigurationFaulty([f"database.url: {error}"]) from None
    money = "takes real money" if settings.stripe.live else "is in test mode: no real money"
    click.echo(
        f"{path} is fine. The bot is @{settings.appservice.bot_localpart}:{settings.homeserver.domain},"
        f" its pages are at {settings.public.url}, and Stripe {money}."
    )
