"""`matrix-ppv keys …`: the key-encryption keys, and changing them."""

import asyncio
import base64
import json
import secrets
from dataclasses import asdict
from pathlib import Path

import click

from appservice.cli.configuration import config_option, load_settings
from appservice.cli.records import with_records
from appservice.db.store import SqlStore
from appservice.keys.keyring import open_token
from bot.errors import PpvError
from bot.jobs.operator_jobs import RewrapKeys
from config.settings import Settings


@click.group()
def keys() -> None:
    """Look after the key-encryption keys."""


@keys.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(path: Path, *, as_json: bool) -> None:
    """Tell what each key locks up. matrix-ppv may be running."""
    from appservice.key_usage import KeyUse, key_uses  # noqa: PLC0415 - loads nio

    settings = load_settings(path)

    async def look(store: SqlStore) -> tuple[KeyUse, ...]:
        return await key_uses(settings, store)

    uses = with_records(settings, look)
    if as_json:
        click.echo(json.dumps([asdict(use) for use in uses], ensure_ascii=False, indent=1))
        return
    for use in uses:
        note = ""
        where = ", in the token," if use.in_token else ":"
        if use.active:
            note = " (in use)"
        elif not use.configured:
            note = " (not in keys.keks: put it back)"
        elif not use.used:
            note = " (remove it once you keep no backup from before)"
        click.echo(f"{use.kek}{where} locks up {use.summary}{note}")


@keys.command()
@config_option
@click.argument("label")
def make(path: Path, label: str) -> None:
    """Make a key that never leaves the token of keys.pkcs11, under LABEL."""
    settings = load_settings(path).keys
    if not (settings.pkcs11.module and settings.pkcs11.token):
        raise click.ClickException("keys.pkcs11 names no token: set module, token and pin first.")

    async def make_it() -> None:
        async with open_token(settings) as token:
            await token.make(label)

    try:
        asyncio.run(make_it())
    except PpvError as error:
        raise click.ClickException(str(error)) from None
    name = _next_name(settings.active)
    click.echo(
        f"The token has a new key “{label}”. Put this below keys.keks in your configuration, beside what is there:\n\n"
        f"    {name}:\n      label: {label}\n\n"
        f"Say `active: {name}`, restart matrix-ppv, and run `matrix-ppv keys rotate`."
    )


@keys.command()
@config_option
def rotate(path: Path) -> None:
    """Move everything under a new key, step by step: run it again after each of them.

    What is sold stays as it is; only the keys that open it are locked up anew.
    """
    settings = load_settings(path)
    if len(settings.keys.keks) == 1:
        _offer_a_new_key(settings)
        return

    async def begin(store: SqlStore) -> int:
        records = await store.record_key.need_moving()
        async with store.begin() as uow:
            used = await uow.offers.kek_usage()
            left = sum(number for kek, number in used.items() if kek != settings.keys.active)
            left += records
            if left:
                await uow.jobs.add(RewrapKeys(), queueing_lock=True)
        return left

    left = with_records(settings, begin)
    if left:
        click.echo(
            f"{left} keys are moved under “{settings.keys.active}” by the running matrix-ppv."
            " If it was not restarted since you changed keys.active, restart it now: it begins by itself."
        )
    else:
        click.echo(f"All keys of goods and records are under “{settings.keys.active}”.")
    click.echo("`matrix-ppv keys status` tells which keys still lock something up.")


def _offer_a_new_key(settings: Settings) -> None:
    name = _next_name(settings.keys.active)
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    click.echo(
        f"Put this below keys.keks in your configuration, beside “{settings.keys.active}”, which stays there:\n\n"
        f"    {name}:\n      key: {key}\n\n"
        f"Say `active: {name}`, keep a copy elsewhere, restart matrix-ppv, and run this again."
    )


def _next_name(name: str) -> str:
    known = ("first", "second", "third", "fourth", "fifth")
    if name in known[:-1]:
        return known[known.index(name) + 1]
    return f"{name}-next"
