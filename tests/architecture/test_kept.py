"""The docs say for how long each table is kept, with the times of the settings."""

import re
import sqlite3
from pathlib import Path

import pytest

from appservice.clock import SystemClock
from appservice.db.store import open_store
from bot.domain.offers.upload import EXPIRES_AFTER
from bot.domain.people.web_session import LINK_TTL, SESSION_TTL
from bot.domain.purchases.download_session import DOWNLOAD_SESSION_TTL
from config.sections.payments_section import Sales
from config.sections.retention import Retention
from tests.support.memory.memory_vault import VAULT

DOCS = (Path(__file__).parents[2] / "docs" / "admins.md").read_text()
PART = DOCS.partition("## What is kept, and for how long")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", PART, re.MULTILINE))

TOLD_OF = {
    "offers": "offers that are or were on sale",
    "attachments": "offers that are or were on sale",
    "sealed": "their rooms and keys",
    "uploads": "uploads that are not complete",
    "upload_parts": "uploads that are not complete",
    "listings": "their rooms and keys",
    "purchases": "purchases, payments",
    "payments": "purchases, payments",
    "deliveries": "deliveries and the ledger",
    "handed": "deliveries and the ledger",
    "ledger": "deliveries and the ledger",
    "attempts": "checkouts and personal links",
    "access_log": "access log of the pages",
    "sessions": "browser sessions",
    "login_links": "login links",
    "download_sessions": "download sessions",
    "widgets": "widgets",
    "abuse_reports": "reports",
    "audit_log": "audit log",
    "blocks": "blocked users",
    "inbox": "IDs of received messages and payment events",
    "intercepted_attachments": "attachments that the gate intercepted",
    "direct_rooms": "direct rooms",
    "identities": "identities of people",
    "preferences": "languages and time zones that people chose",
    "turned_away_users": "notices and refusals that they received",
    "refused_commands": "notices and refusals that they received",
    "erasure_requests": "times of data exports and erasure requests",
    "data_exports": "times of data exports and erasure requests",
    "direct_room_openings": "direct rooms",
    "room_upgrades": "room upgrades",
    "pinned_lists": "pinned lists in rooms",
    "deleted_postings": "messages about the posting of an offer",
    "outdated_postings": "messages about the posting of an offer",
    "status_messages": "messages about the posting of an offer",
    "draft_cards": "messages about the posting of an offer",
    "idle_offers": "how long an offer has been unused",
    "removal_notices": "which users were notified",
    "refund_requests": "refunds that buyers requested from sellers",
    "admin_alerts": "alerts sent to admins",
    "process_state": "positions in event streams",
    "connected_accounts": "connected accounts",
    "storefronts": "storefronts",
    "media_cache": "addresses of files on the homeserver",
    "data_keys": "the wrapped keys of the records",
    "jobs": "jobs",
}


@pytest.fixture
async def tables(tmp_path: Path) -> set[str]:
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", SystemClock(), VAULT):
        pass
    with sqlite3.connect(tmp_path / "ppv.db") as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in rows if not name.startswith(("sqlite_", "schema_"))}


async def test_there_is_a_row_for_each_table_of_the_database(tables: set[str]) -> None:
    assert tables == set(TOLD_OF)
    for table, words in TOLD_OF.items():
        assert any(words in row for row in ROWS), table


def test_the_days_are_those_of_the_settings() -> None:
    told = dict(re.findall(r"`((?:retention|sales)\.\w+)` \((\d+)\)", PART))
    days = {f"retention.{name}": str(each) for name, each in Retention().model_dump().items()}
    assert told == {**days, "sales.access_log_days": str(Sales().access_log_days)}


def test_the_hours_are_those_of_the_code() -> None:
    (row,) = [times for what, times in ROWS.items() if what.startswith("browser sessions")]
    hours = [int(each.total_seconds()) // 3600 for each in (SESSION_TTL, DOWNLOAD_SESSION_TTL)]
    minutes = int(LINK_TTL.total_seconds()) // 60
    assert row == f"{hours[0]} hours, {minutes} minutes, {hours[1]} hours"
    (row,) = [times for what, times in ROWS.items() if what.startswith("uploads that")]
    assert row.startswith(f"{int(EXPIRES_AFTER.total_seconds()) // 3600} hours")
