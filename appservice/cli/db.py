"""`matrix-ppv db …`."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.db.engines import engine_at
from appservice.matrix.crypto.folder import locked
from bot.errors import PpvError
from config.settings import Settings


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@config_option
@click.option("--no-copy", is_flag=True, help="Make no copy of the database before.")
def upgrade(path: Path, *, no_copy: bool) -> None:
    """Bring the database to the newest version, after a copy of it. Stop matrix-ppv first.

    It goes forward only; the way back is the copy, with the version of matrix-ppv from before.
    """
    settings = load_settings(path)
    try:
        with _nobody_else(settings):
            done = asyncio.run(engine_at(settings.database.address).upgrade(copy=not no_copy))
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    if done.copy:
        click.echo(f"As it was before, the database lies in {done.copy}.")
    click.echo(f"The database is at version {done.version}, the newest.")


def _nobody_else(settings: Settings) -> AbstractContextManager[None]:
    """Raises CryptoUnusable while a matrix-ppv runs, as far as one can see that."""
    folder = settings.encryption.folder
    return locked(folder) if folder.is_dir() else nullcontext()
