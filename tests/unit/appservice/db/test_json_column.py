"""What earlier versions wrote into JSON columns is read, and what is written is as they wrote it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from traceback import format_exception
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.db.repositories.json_column import JsonColumn
from appservice.db.repositories.sql_payments import _DISPUTES, _REFUNDS
from bot.domain.money.checkout_attempt import CheckoutRequest
from bot.domain.money.money import Money
from bot.domain.money.payment import BalanceTransaction, Consent, Dispute, DisputeState, Refund
from bot.domain.offers.attachment import LocationMetadata, MediaInfo
from bot.domain.offers.listing import CollectWindow, Schedule
from bot.errors import OperatorError
from bot.ids import BookingId, DisputeId, EventId, RefundId, RoomId
from tests.support.older_database import dump_of

AT, TEXT = datetime(2026, 11, 23, 12, tzinfo=UTC), "2026-11-23T12:00:00.000000+00:00"
FIVE = Money(500, "usd")
COLUMNS: dict[str, JsonColumn[Any]] = {
    "offers.flag": JsonColumn[CollectWindow](CollectWindow),
    "offers.plan": JsonColumn[Schedule](Schedule),
    "attachments.info": JsonColumn[MediaInfo](MediaInfo),
    "uploads.info": JsonColumn[MediaInfo](MediaInfo),
    "attempts.request": JsonColumn[CheckoutRequest](CheckoutRequest),
    "payments.consent": JsonColumn[Consent](Consent),
    "payments.refunds": _REFUNDS,
    "payments.disputes": _DISPUTES,
}


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(dump_of("953741a"))
        yield database


@pytest.mark.parametrize("place", COLUMNS)
def test_what_953741a_wrote_is_written_again_with_what_came_since(
    database: sqlite3.Connection, place: str
) -> None:
    table, name = place.split(".")
    rows = database.execute(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL").fetchall()  # noqa: S608
    column = COLUMNS[place]
    for (text,) in rows:
        before, after = json.loads(text), json.loads(column.write(column.read(text)))
        assert before == ({name: after[name] for name in before} if before else after)


def test_a_flag_and_a_plan_are_written_as_ever() -> None:
    flag = CollectWindow(RoomId("!r"), EventId("$c"), timedelta(minutes=10), AT, EventId("$a"))
    text = f'{{"answer":"$a","command":"$c","room":"!r","until":"{TEXT}","window":600.0}}'
    assert COLUMNS["offers.flag"].write(flag) == text
    assert COLUMNS["offers.flag"].read(text) == flag
    plan = Schedule(AT, "Europe/Berlin", (RoomId("!r"),))
    text = f'{{"at":"{TEXT}","rooms":["!r"],"zone":"Europe/Berlin"}}'
    assert COLUMNS["offers.plan"].write(plan) == text
    assert COLUMNS["offers.plan"].read(text) == plan


def test_amounts_that_stood_beside_other_fields_or_in_lists_are_read() -> None:
    refund = {"id": "re_1", "minor": 500, "currency": "usd", "at": TEXT, "failed": False}
    expected = Refund(id=RefundId("re_1"), amount=FIVE, at=AT)
    assert _REFUNDS.read(json.dumps([refund])) == (expected,)
    back = refund | {"booked_at": TEXT, "failure_booked_at": None, "fee_back": [30, "eur"]}
    booked = replace(expected, booked_at=AT, fee_back=Money(30, "eur"))
    assert _REFUNDS.read(json.dumps([back])) == (booked,)
    assert _REFUNDS.read(_REFUNDS.write((expected, booked))) == (expected, booked)


@pytest.mark.parametrize(
    ("state", "moved"), [("inquiry", []), ("open", [-500]), ("lost", [-500]), ("won", [-500, 500])]
)
def test_a_dispute_without_bookings_did_what_the_ledger_has(state: str, moved: list[int]) -> None:
    stored = {
        "id": "du_1",
        "minor": 500,
        "currency": "usd",
        "at": TEXT,
        "state": state,
        "reason": "fraudulent",
        "answer_by": None,
    }
    expected = Dispute(
        id=DisputeId("du_1"),
        amount=FIVE,
        at=AT,
        state=DisputeState(state),
        reason="fraudulent",
        bookings=tuple(
            BalanceTransaction(
                id=BookingId("du_1"), amount=Money(m, "usd"), fee=Money(0, "usd"), at=AT
            )
            for m in moved
        ),
    )
    assert _DISPUTES.read(json.dumps([stored])) == (expected,)
    assert _DISPUTES.read(_DISPUTES.write((expected,))) == (expected,)
    told = [{"id": "txn_1", "amount": [-500, "usd"], "fee": [1500, "usd"], "at": TEXT}]
    (dispute,) = _DISPUTES.read(json.dumps([stored | {"bookings": told}]))
    assert dispute.bookings == (
        BalanceTransaction(
            id=BookingId("txn_1"), amount=Money(-500, "usd"), fee=Money(1500, "usd"), at=AT
        ),
    )


@given(
    st.builds(
        MediaInfo,
        mimetype=st.text(),
        size=st.none() | st.integers(),
        waveform=st.lists(st.integers(0, 1024)).map(tuple),
        voice=st.booleans(),
        place=st.none() | st.sampled_from(LocationMetadata),
    )
)
def test_what_strangers_say_of_a_file_comes_back(info: MediaInfo) -> None:
    column = COLUMNS["attachments.info"]
    assert column.read(column.write(info)) == replace(
        info, mimetype=info.mimetype.replace("\0", "?")
    )


def test_half_a_surrogate_pair_is_no_obstacle() -> None:
    column = COLUMNS["attachments.info"]
    assert column.read(column.write(MediaInfo(mimetype="image/\ud800"))) == MediaInfo(
        mimetype="image/?"
    )


def test_a_column_that_cannot_be_read_is_named_without_what_stands_in_it() -> None:
    text = json.dumps({"size": "my secret", "waveform": ["my secret"]})
    with pytest.raises(OperatorError, match=r"cannot be read: size, waveform\.0") as raised:
        COLUMNS["attachments.info"].read(text)
    assert "secret" not in "".join(format_exception(raised.value))
