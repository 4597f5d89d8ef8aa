"""`matrix-ppv run`."""

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import Literal

import click

from appservice import observability
from appservice.cli.configuration import ConfigurationFaulty, config_option, load_settings
from appservice.db.errors import DatabaseUnusable
from appservice.keys.keyring import KeysUnusable
from appservice.matrix.crypto.errors import CryptoUnusable
from config.settings import Settings

log = logging.getLogger(__name__)

Level = Literal["debug", "info", "warning", "error"]
Style = Literal["console", "json"]


@click.command()
@config_option
@click.option(
    "--log-level",
    "level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="Instead of logging.level.",
)
@click.option(
    "--log-format",
    "style",
    type=click.Choice(["console", "json"]),
    help="Instead of logging.format: for people, or one JSON object a line.",
)
def run(path: Path, level: Level | None, style: Style | None) -> None:
    """Serve until stopped (SIGTERM or Ctrl-C). SIGHUP reads the configuration again."""
    settings = load_settings(path, creates=True)
    log_as_told = partial(_log, level=level, style=style)
    log_as_told(settings)

    def reload_settings() -> Settings | None:
        try:
            changed = load_settings(path)
        except ConfigurationFaulty as fault:
            log.error("changed configuration rejected", extra={"problems": str(fault)})  # noqa: TRY400 - it says it all
            return None
        log_as_told(changed)
        return changed

    from appservice import app  # noqa: PLC0415 - loads nio and stripe, a second that others need not wait

    try:
        asyncio.run(app.run(settings, reload_settings=reload_settings))
    except (DatabaseUnusable, CryptoUnusable, KeysUnusable) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"matrix-ppv had to stop: {error}") from None


def _log(settings: Settings, *, level: Level | None, style: Style | None) -> None:
    observability.configure(
        level=level or settings.logging.level,
        style=style or settings.logging.format,
        secrets=settings.secrets(),
    )
