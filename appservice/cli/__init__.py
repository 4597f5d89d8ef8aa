"""The command line. Nothing here waits for Matrix or Stripe to load before it runs."""

import click

from appservice.cli.audit import audit
from appservice.cli.backup import backup, restore
from appservice.cli.check_config import check_config
from appservice.cli.crypto import crypto
from appservice.cli.db import db
from appservice.cli.doctor import doctor
from appservice.cli.evidence import evidence
from appservice.cli.export import export
from appservice.cli.init import init
from appservice.cli.jobs import jobs
from appservice.cli.keys import keys
from appservice.cli.refund import refund
from appservice.cli.registration import registration
from appservice.cli.run import run
from appservice.cli.snippet import snippet


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matrix-ppv", prog_name="matrix-ppv")
def main() -> None:
    """Pay-per-view for Matrix chat."""


for command in (
    run,
    check_config,
    registration,
    db,
    crypto,
    jobs,
    keys,
    refund,
    export,
    evidence,
    audit,
    doctor,
    backup,
    restore,
    init,
    snippet,
):
    main.add_command(command)
