"""`matrix-ppv db …`."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.db.copy_database import copy as copy_all
from appservice.db.engines import engine_at
from appservice.matrix.crypto.store_dir import lock_folder
from bot.errors import PpvError
from config.locations import anchored_url
from config.settings import Settings


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@config_option
@click.option("--no-copy", is_flag=True, help="Make no copy of the database before.")
def upgrade(path: Path, *, no_copy: bool) -> None:
    """Bring the database to the newest version, after a copy of it. Stop matrix-ppv first.

    It goes forward only; the way back is the copy, with the version of matrix-ppv from before. Of a
    PostgreSQL database you make the copy yourself, with pg_dump, and say --no-copy.
    """
    settings = load_settings(path, creates=True)
    try:
        with _nobody_else(settings):
            done = asyncio.run(engine_at(settings.database.address).upgrade(copy=not no_copy))
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    if done.copy:
        click.echo(f"As it was before, the database lies in {done.copy}.")
    click.echo(f"The database is at version {done.version}, the newest.")


@db.command()
@config_option
@click.argument("source", metavar="FROM_URL")
@click.argument("target", metavar="TO_URL")
def copy(path: Path, source: str, target: str) -> None:
    """Copy all records from one database into another, empty one. Stop matrix-ppv first.

    The addresses are as in database.url: from sqlite:///ppv.db to postgresql://ppv@localhost/ppv, or back; a
    relative path starts in the folder of the configuration file. A password may come from ~/.pgpass or
    PGPASSWORD instead. All arrives, or nothing; FROM_URL stays as it is.
    """
    settings = load_settings(path)
    try:
        with _nobody_else(settings):
            folder = path.absolute().parent
            from_, to = (engine_at(anchored_url(url, folder)) for url in (source, target))
            rows = asyncio.run(copy_all(from_, to, _tell))
    except PpvError as error:
        raise click.ClickException(f"{error}\nNothing was copied.") from None
    click.echo(
        f"All {rows} rows are there, counted on both sides. Now write the new address into database.url, start"
        " matrix-ppv, and run `matrix-ppv doctor`. Keep the old database until you have seen a sale through:"
        " nothing in it was changed."
    )


def _tell(table: str, rows: int) -> None:
    click.echo(f"{rows:>9} {table}")


def _nobody_else(settings: Settings) -> AbstractContextManager[None]:
    """Raises CryptoUnusable while a matrix-ppv runs, as far as one can see that."""
    folder = settings.encryption.folder
    return lock_folder(folder) if folder.is_dir() else nullcontext()
