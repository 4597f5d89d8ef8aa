"""`matrix-ppv audit`: what admins did."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.cli.records import with_records
from appservice.db.store import SqlStore
from bot.domain.people.audit_log import AuditEntry


@click.command()
@config_option
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="From this day on (UTC)."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def audit(path: Path, since: datetime | None, *, as_json: bool) -> None:
    """List what admins did, the oldest first. It can be read here, and changed nowhere."""

    async def all_(store: SqlStore) -> tuple[AuditEntry, ...]:
        async with store.begin() as uow:
            return await uow.acts.all(since.replace(tzinfo=UTC) if since else None)

    found = with_records(load_settings(path), all_)
    if as_json:
        acts = [asdict(act) | {"at": act.at.isoformat()} for act in found]
        click.echo(json.dumps(acts, indent=1))
        return
    for act in found:
        words = " ".join(act.reason.split())
        line = f"{act.at:%Y-%m-%d %H:%M}  {act.actor}  {act.action}  {act.target}  {words}"
        click.echo(line.rstrip())
    if not found:
        click.echo("No admin has done anything yet.")
