"""Finding and reading the configuration, and saying what is wrong with it."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import click

from appservice.cli.moved import left_behind
from bot.domain.money.currencies import CURRENCIES
from config.loading import load_as_written
from config.locations import anchored
from config.problems import ConfigError
from config.settings import Settings

EX_CONFIG = 78
"""The exit status for a configuration error (sysexits.h)."""

config_option = click.option(
    "--config",
    "-c",
    "path",
    type=click.Path(path_type=Path),
    envvar="PPV_CONFIG",
    default="config.yaml",
    show_default=True,
    show_envvar=True,
    help="The configuration file.",
)


class ConfigurationFaulty(click.ClickException):
    """Ends the command with one line a problem."""

    exit_code = EX_CONFIG

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("\n".join(problems))

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


def load_settings(path: Path, *, creates: bool = False) -> Settings:
    """Raises ConfigurationFaulty.

    With `creates`, for a command that makes what is not there, also where the working folder holds what a
    relative path meant before: it would begin anew, beside all that was sold.
    """
    try:
        written = load_as_written(path, os.environ)
    except ConfigError as error:
        raise ConfigurationFaulty(error.problems) from None
    folder = path.absolute().parent
    if hints := tuple(left_behind(written, folder)):
        if creates:
            raise ConfigurationFaulty(hints)
        click.echo("\n".join(hints), err=True)
    settings = anchored(written, folder)
    currency = settings.prices.default_currency
    if currency not in CURRENCIES:
        raise ConfigurationFaulty(
            [f"prices.default_currency: Stripe has no currency {currency.upper()}"]
        )
    return settings
