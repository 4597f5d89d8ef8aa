"""What admins did, as the command line tells it."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from appservice.cli import main
from appservice.db.store import open_store
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.ids import UserId
from tests.support.configurations import config_file
from tests.support.factories import NOON
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT

BLOCKED = AuditEntry(
    idempotency_key="$1",
    actor=UserId("@dora:test"),
    action=AuditAction.BLOCK,
    target="@troll:test",
    reason="rude,\nvery",
    at=NOON,
)
LATER = replace(
    BLOCKED,
    idempotency_key="$2",
    action=AuditAction.UNBLOCK,
    reason="",
    at=NOON + timedelta(days=1),
)


def audit(folder: Path, *acts: AuditEntry, options: tuple[str, ...] = ()) -> Result:
    config = config_file(folder)
    url = f"sqlite:///{folder}/audit.db"

    async def fill() -> None:
        async with open_store(url, FrozenClock(), VAULT) as store, store.begin() as uow:
            for act in acts:
                await uow.acts.add(act)

    asyncio.run(fill())
    environment = {"PPV__DATABASE__URL": url}
    return CliRunner().invoke(main, ["audit", "-c", str(config), *options], env=environment)


def test_each_act_is_a_line(tmp_path: Path) -> None:
    assert audit(tmp_path, BLOCKED, LATER).output.splitlines() == [
        "2026-11-23 12:00  @dora:test  block  @troll:test  rude, very",
        "2026-11-24 12:00  @dora:test  unblock  @troll:test",
    ]


def test_it_may_begin_with_a_day(tmp_path: Path) -> None:
    result = audit(tmp_path, BLOCKED, LATER, options=("--since", "2026-11-24", "--json"))
    (told,) = json.loads(result.output)
    assert (told["action"], told["at"]) == ("unblock", "2026-11-24T12:00:00+00:00")


def test_nothing_is_said_in_words(tmp_path: Path) -> None:
    assert audit(tmp_path).output == "No admin has done anything yet.\n"
