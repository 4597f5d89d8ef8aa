"""`matrix-ppv run`."""

import asyncio
from pathlib import Path

import click

from appservice import observability
from appservice.cli.configuration import config_option, load_settings
from appservice.db.errors import DatabaseUnusable
from appservice.matrix.crypto.errors import CryptoUnusable


@click.command()
@config_option
def run(path: Path) -> None:
    """Serve until stopped (SIGTERM or Ctrl-C)."""
    settings = load_settings(path)
    observability.configure(
        level=settings.logging.level, style=settings.logging.format, secrets=settings.secrets()
    )

    from appservice import app  # noqa: PLC0415 - loads nio and stripe, a second that others need not wait

    try:
        asyncio.run(app.run(settings))
    except (DatabaseUnusable, CryptoUnusable) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"matrix-ppv had to stop: {error}") from None
