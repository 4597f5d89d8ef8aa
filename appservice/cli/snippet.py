"""`matrix-ppv snippet …`: what goes into the web server's and systemd's configuration."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import click

from appservice.cli.configuration import config_option, load_settings
from config.settings import Settings

FILES = {
    "nginx": "nginx.conf",
    "caddy": "Caddyfile",
    "apache": "apache.conf",
    "traefik": "traefik.yaml",
    "systemd": "matrix-ppv.service",
}
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - where one listens everywhere, here is one place


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetContext:
    """What differs from one machine to the next."""

    host: str
    """Of the pages' public address."""
    prefix: str
    """The path below which they are, without a slash at the end; empty for all of the host."""
    upstream: str
    """Where matrix-ppv listens for them: host:port."""
    program: Path
    config: Path

    @classmethod
    def of(cls, settings: Settings, config: Path) -> Self:
        public, listen = urlsplit(settings.public.url), settings.public.listen
        host = _ANYWHERE.get(listen.host)
        return cls(
            host=public.netloc,
            prefix=public.path.rstrip("/"),
            upstream=f"{host}:{listen.port}" if host else str(listen),
            program=Path(sys.executable).with_name("matrix-ppv"),
            config=config.resolve(),
        )


def snippet_for(kind: str, places: SnippetContext) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - others need not wait

    environment = Environment(
        loader=PackageLoader("appservice.cli", "snippets"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - these are no pages
    )
    return environment.get_template(FILES[kind]).render(asdict(places))


@click.command()
@click.argument("kind", type=click.Choice(list(FILES)))
@config_option
def snippet(kind: str, path: Path) -> None:
    """Print what goes into your web server's configuration, or systemd's unit."""
    click.echo(snippet_for(kind, SnippetContext.of(load_settings(path), path)), nl=False)
