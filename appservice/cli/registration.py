"""`matrix-ppv registration`."""

import os
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.matrix import registration_file as generator


@click.command()
@config_option
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file instead of printing it.",
)
def registration(path: Path, output: Path | None) -> None:
    """Make the file by which the homeserver lets matrix-ppv in.

    Make it again whenever homeserver.domain or anything below appservice changes.
    """
    settings = load_settings(path)
    appservice = settings.appservice
    content = generator.registration_yaml(
        generator.registration(
            appservice_id=appservice.id,
            url=appservice.url,
            as_token=appservice.as_token.get_secret_value(),
            hs_token=appservice.hs_token.get_secret_value(),
            bot_localpart=appservice.bot_localpart,
            domain=settings.homeserver.domain,
        )
    )
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        _write(output, content)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
    click.echo(
        f"Wrote {output}. It holds secrets: let nobody but the homeserver read it.\n"
        "Next, for Synapse: name the file under app_service_config_files in homeserver.yaml,"
        " and restart Synapse."
    )


def _write(output: Path, content: str) -> None:
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - from a descriptor
        file.write(content)
