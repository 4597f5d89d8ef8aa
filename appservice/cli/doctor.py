"""`matrix-ppv doctor`."""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from config.settings import Settings


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(path: Path, *, as_json: bool) -> None:
    """Look whether all that matrix-ppv depends on is well. Run it while matrix-ppv runs.

    Ends with 1 if something is not.
    """
    asyncio.run(_examine(load_settings(path), as_json=as_json))


async def _examine(settings: Settings, *, as_json: bool) -> None:
    from appservice.doctor.all_checks import all_checks  # noqa: PLC0415 - loads nio and stripe
    from appservice.doctor.check_result import run_checks  # noqa: PLC0415

    findings = await run_checks(all_checks(settings))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for each in findings:
            click.echo(f"{'ok  ' if each.ok else 'NOT '} {each.what:<11} {each.message}")
    sys.stdout.flush()
    # Not sys.exit: asyncio and Python wait for threads, and one may hang for good, e.g. in the look-up of a name, in a
    # token or in a file system.
    os._exit(0 if all(each.ok for each in findings) else 1)
