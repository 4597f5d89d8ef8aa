"""`matrix-ppv export`: the movements of money, for bookkeeping; or all that is kept about one person."""

from functools import partial
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.cli.records import with_records
from appservice.clock import SystemClock
from appservice.db.store import SqlStore
from bot.ids import UserId
from bot.services.privacy.data_export import PersonalData, own_data
from bot.services.reporting.statement import Period, Statement, StatementRow, as_csv, as_json


@click.command()
@config_option
@click.option("--seller", default=None, help="Of this Matrix ID alone.")
@click.option("--person", default=None, help="All that is kept about this Matrix ID, as JSON.")
@click.option("--period", default="", help="A year, a month or a day: 2026, 2026-11, 2026-11-23.")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv")
@click.option(
    "--output", "-o", type=click.File("wb"), default="-", help="A file; default: standard output."
)
def export(
    path: Path, seller: str | None, person: str | None, period: str, kind: str, output: IO[bytes]
) -> None:
    """Write every movement of money: paid, refunded, disputed, and the fees where they are known.

    With --person, what `!ppv export` gives that person: for whoever asks for it and cannot ask the bot.
    """
    settings = load_settings(path)
    zone = ZoneInfo(settings.sales.time_zone)
    if person is not None:
        output.write(with_records(settings, partial(_about, UserId(person), zone)).as_json())
        return

    async def rows(store: SqlStore) -> tuple[StatementRow, ...]:
        whose = UserId(seller) if seller else None
        return await Statement(store, zone)(whose, Period.parsed(period))

    found = with_records(settings, rows)
    output.write(as_csv(found) if kind == "csv" else as_json(found))


async def _about(person: UserId, zone: ZoneInfo, store: SqlStore) -> PersonalData:
    async with store.begin() as uow:
        return await own_data(uow, person, SystemClock().now(), zone)
