"""`matrix-ppv evidence`: what to hand in when a bank questions a payment."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.cli.records import with_records
from appservice.cli.sales import sale_argument, sale_with
from appservice.db.store import SqlStore
from bot.services.reporting.dispute_evidence import evidence as evidence_of


@click.command()
@config_option
@sale_argument
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write to.",
)
def evidence(path: Path, code: str, output: Path) -> None:
    """Write all that the records say of sale CODE: as JSON, and as a page to read and to print."""

    async def gather(store: SqlStore) -> dict[str, Any]:
        async with store.begin() as uow:
            return await evidence_of(uow, await sale_with(uow, code))

    gathered = with_records(load_settings(path), gather)
    data, page = (output / f"evidence-{gathered['sale']}.{kind}" for kind in ("json", "html"))
    try:
        output.mkdir(parents=True, exist_ok=True)
        data.write_text(json.dumps(gathered, ensure_ascii=False, indent=1))
        page.write_text(_page(gathered))
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{data}\n{page}")


def _page(gathered: dict[str, Any]) -> str:
    from jinja2 import Environment  # noqa: PLC0415 - other commands need not wait for it

    template = (files("appservice.cli") / "evidence.html").read_text("utf-8")
    return Environment(autoescape=True).from_string(template).render(gathered)
