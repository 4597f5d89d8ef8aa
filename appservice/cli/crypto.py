"""`matrix-ppv crypto …`."""

import asyncio
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from bot.errors import PpvError
from config.settings import Settings


@click.group()
def crypto() -> None:
    """Look after the bot's end-to-end encryption."""


@crypto.command()
@config_option
def status(path: Path) -> None:
    """Tell which device the bot has, and what others see of it. matrix-ppv may be running."""
    settings = load_settings(path)
    _require_encryption(settings)
    from appservice.bot_device import status_lines  # noqa: PLC0415 - loads nio, which other commands need not wait for

    try:
        lines = asyncio.run(status_lines(settings))
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    for line in lines:
        click.echo(line)


@crypto.command()
@config_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(path: Path, *, yes: bool) -> None:
    """Give the bot a new device. Stop matrix-ppv first; its identity stays, so people see no warning."""
    settings = load_settings(path)
    _require_encryption(settings)
    from appservice.bot_device import reset  # noqa: PLC0415

    if not yes:
        click.confirm(
            "Messages on their way to the bot can't be read after this. Go on?", abort=True
        )
    try:
        gone = asyncio.run(reset(settings))
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The device {gone} is gone." if gone else "There was no device.")
    click.echo("matrix-ppv makes a new one at its next start.")


def _require_encryption(settings: Settings) -> None:
    if settings.encryption.direct_rooms == "off":
        raise click.ClickException("encryption.direct_rooms is off: the bot knows no encryption.")
