"""`matrix-ppv db …`."""

from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.db import schema
from bot.errors import PpvError


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@config_option
def upgrade(path: Path) -> None:
    """Bring the database to the newest version. Stop matrix-ppv and copy the file first."""
    settings = load_settings(path)
    try:
        version = schema.upgrade(settings.database.url)
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The database is at version {version}, the newest.")
