"""`matrix-ppv jobs …`: what was laid aside for an operator."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from appservice.cli.acts import act
from appservice.cli.configuration import config_option, load_settings
from appservice.cli.records import with_records
from appservice.clock import SystemClock
from appservice.db.store import SqlStore
from bot.domain.people.audit_log import AuditAction
from bot.domain.queue_stats import FailedJob

_SECRET = frozenset({"words", "note", "event"})
"""What people wrote is nobody's to read here."""

number_argument = click.argument("number", type=int)


@click.group()
def jobs() -> None:
    """Look after jobs that could not be done and were laid aside."""


@jobs.command(name="list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(path: Path, *, as_json: bool) -> None:
    """List them, the oldest first."""
    dead = with_records(load_settings(path), _dead)
    if as_json:
        click.echo(json.dumps([_told(job) for job in dead], indent=1))
        return
    for job in dead:
        click.echo(f"{job.id}  {job.created_at:%Y-%m-%d %H:%M}  {job.kind}  {job.error}")
    if not dead:
        click.echo("No job was laid aside.")


@jobs.command()
@config_option
@number_argument
def show(path: Path, number: int) -> None:
    """Show one of them. What people wrote stays hidden."""
    dead = with_records(load_settings(path), _dead)
    job = next((each for each in dead if each.id == number), None)
    if job is None:
        raise _none(number)
    for name, value in _told(job).items():
        click.echo(f"{name}: {value}")


@jobs.command()
@config_option
@number_argument
def retry(path: Path, number: int) -> None:
    """Do it again, once its cause is mended."""

    async def revive(store: SqlStore) -> bool:
        revived = await store.queue.retry_failed(number, SystemClock().now())
        await _note(store, AuditAction.RETRY, number, done=revived)
        return revived

    if not with_records(load_settings(path), revive):
        raise _none(number)
    click.echo(f"Job {number} is done again within seconds, if matrix-ppv is running.")


@jobs.command()
@config_option
@number_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(path: Path, number: int, *, yes: bool) -> None:
    """Forget it. A delivery comes back with the next start, unless its payment is refunded."""
    settings = load_settings(path)
    if not yes:
        click.confirm(f"Job {number} is never done then. Go on?", abort=True)

    async def forget(store: SqlStore) -> bool:
        dropped = await store.queue.delete_failed(number)
        await _note(store, AuditAction.DROP, number, done=dropped)
        return dropped

    if not with_records(settings, forget):
        raise _none(number)
    click.echo(f"Job {number} is gone.")


async def _note(store: SqlStore, deed: AuditAction, number: int, *, done: bool) -> None:
    if done:
        async with store.begin() as uow:
            await uow.acts.add(act(deed, str(number)))


async def _dead(store: SqlStore) -> tuple[FailedJob, ...]:
    return await store.queue.failed_jobs()


def _told(job: FailedJob) -> dict[str, Any]:
    fields = {name: "…" if name in _SECRET else value for name, value in job.fields.items()}
    again_at = job.retry_at.isoformat() if job.retry_at else None
    return asdict(job) | {
        "created_at": job.created_at.isoformat(),
        "again_at": again_at,
        "fields": fields,
    }


def _none(number: int) -> click.ClickException:
    return click.ClickException(f"There is no job {number} laid aside: see `matrix-ppv jobs list`.")
