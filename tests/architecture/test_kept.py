"""The docs tell of everything that is kept for how long, and no other times than the settings."""

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
    "uploads": "files that a browser has sent a part of",
    "upload_parts": "files that a browser has sent a part of",
    "listings": "their rooms and keys",
    "purchases": "purchases, payments",
    "payments": "purchases, payments",
    "deliveries": "deliveries and the ledger",
    "handed": "deliveries and the ledger",
    "ledger": "deliveries and the ledger",
    "attempts": "checkouts and personal links",
    "visits": "when pages were opened",
    "sign_ins": "browsers that are signed in",
    "sign_in_links": "links to sign in",
    "claims": "claims",
    "widgets": "studios beside chats",
    "reports": "reports",
    "admin_acts": "what admins did",
    "blocks": "whom they block",
    "inbox": "which messages and payment events came in",
    "handovers": "what a gate has handed over",
    "direct_rooms": "direct rooms",
    "identities": "identities of people",
    "preferences": "languages and time zones that people chose",
    "turned_away_users": "what they were told or refused",
    "refused_commands": "what they were told or refused",
    "erasure_requests": "when they asked for their data or to be forgotten",
    "data_exports": "when they asked for their data or to be forgotten",
    "direct_room_openings": "direct rooms",
    "room_upgrades": "replaced rooms",
    "pinned_lists": "lists that are kept in rooms",
    "deleted_postings": "messages about the posting of an offer",
    "outdated_postings": "messages about the posting of an offer",
    "status_messages": "messages about the posting of an offer",
    "draft_cards": "messages about the posting of an offer",
    "idle_offers": "how long an offer has been idle",
    "removal_notices": "who was told",
    "refund_requests": "refunds that buyers asked sellers for",
    "admin_alerts": "what admins were told",
    "process_state": "how far events were read",
    "seller_accounts": "sellers' own accounts",
    "storefronts": "their pages for everybody",
    "media_copies": "where files lie on the homeserver",
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
    (row,) = [times for what, times in ROWS.items() if what.startswith("browsers")]
    hours = [int(each.total_seconds()) // 3600 for each in (SESSION_TTL, DOWNLOAD_SESSION_TTL)]
    minutes = int(LINK_TTL.total_seconds()) // 60
    assert row == f"{hours[0]} hours, {minutes} minutes, {hours[1]} hours"
    (row,) = [times for what, times in ROWS.items() if what.startswith("files that a browser")]
    assert row.startswith(f"{int(EXPIRES_AFTER.total_seconds()) // 3600} hours")
