"""`matrix-ppv backup` and `matrix-ppv restore`."""

from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.database_backup import BackupPaths, save
from appservice.database_backup import restore as put_back
from bot.errors import PpvError

archive_argument = click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@config_option
@archive_argument
@click.option(
    "--with-keys",
    is_flag=True,
    help="Put config.yaml into it, with the key-encryption keys and all other secrets.",
)
def backup(path: Path, archive: Path, *, with_keys: bool) -> None:
    """Write everything that is kept into ARCHIVE, a tar file. matrix-ppv may be running."""
    settings = load_settings(path)
    try:
        size = save(BackupPaths.of(settings), archive, path if with_keys else None)
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    keys = (
        "It holds your keys: keep it where nobody else gets at it."
        if with_keys
        else "The key-encryption keys are not in it: without config.yaml, kept elsewhere, it opens nothing."
    )
    click.echo(f"{archive}: {size} bytes. {keys}")


@click.command()
@config_option
@archive_argument
def restore(path: Path, archive: Path) -> None:
    """Put what ARCHIVE holds where config.yaml says. Nothing that is there is replaced."""
    settings = load_settings(path)
    try:
        put_back(archive, BackupPaths.of(settings))
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    click.echo("Restored. Start matrix-ppv; then `matrix-ppv doctor` looks whether all is well.")
