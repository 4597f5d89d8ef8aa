"""Commands of an operator on the records of a sale."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appservice.cli import main
from appservice.clock import SystemClock
from appservice.db.store import SqlStore
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment_event import Trigger
from bot.domain.offers.offer import OfferState
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.people.audit_log import COMMAND_LINE
from bot.domain.purchases.ledger import entries_of
from bot.ids import CheckoutSessionId, PaymentIntentId, PurchaseId, UserId
from bot.jobs import decode
from bot.jobs.payment_jobs import RefundPayment, Settle
from tests.contract.test_store_money import in_checkout
from tests.support.configurations import config_file
from tests.support.factories import BUYER, NOON, SELLER, draft, paid
from tests.support.record_reader import records_of

SALE = "S-K7QM2-XPA4E"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = config_file(tmp_path, f"database: {{url: 'sqlite:///{tmp_path}/ppv.db'}}")
    asyncio.run(a_sale(path))
    return path


async def a_sale(config: Path) -> None:
    unpaid = in_checkout("p1", CheckoutStatus.COMPLETE, BUYER)
    bought = paid(unpaid, "pi_1")
    payments = tuple(replace(p, session=CheckoutSessionId("cs_p1")) for p in bought.payments)
    purchase = replace(bought, payments=payments).with_delivery(NOON)
    purchase = replace(purchase, id=PurchaseId("pk7qm2xpa4efghjkmnpqrstvw"))
    async with records_of(config) as store:
        async with store.begin() as uow:
            await uow.offers.save(replace(draft(), state=OfferState.OPEN))
            await uow.purchases.save(purchase)
            for entry in entries_of(purchase, SELLER):
                await uow.ledger.add(entry)
            await uow.visits.note(
                AccessLogEntry(
                    kind=AccessKind.CHECKOUT, offer=purchase.offer, purchase=purchase.id, at=NOON
                )
            )
            await uow.jobs.add(Settle(CheckoutSessionId("cs_dead"), Trigger.WEBHOOK))
        claimed = await store.queue.claim(SystemClock().now())
        assert claimed
        await store.queue.fail(claimed, "PaymentMismatch: the amounts differ")


def call(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--config", str(config)])


def jobs_in(config: Path) -> list[object]:
    async def read(store: SqlStore) -> list[object]:
        claimed = await store.queue.claim(SystemClock().now())
        return [decode(claimed.kind, claimed.fields or {})] if claimed else []

    async def run() -> list[object]:
        async with records_of(config) as store:
            return await read(store)

    return asyncio.run(run())


def test_a_refund_becomes_a_job_that_the_running_program_does(config: Path) -> None:
    result = call(config, "refund", SALE, "--yes", "--reason", "a scratch")
    assert result.exit_code == 0
    assert "told in their chats" in result.output
    (job,) = jobs_in(config)
    assert isinstance(job, RefundPayment)
    assert (job.intent, job.minor, job.note) == ("pi_1", None, "a scratch")


def test_another_payment_of_the_sale_goes_back_by_its_name(config: Path) -> None:
    asyncio.run(_pays_once_too_often(config))
    result = call(config, "refund", SALE, "--payment", "pi_2", "--yes")
    assert result.exit_code == 0, result.output
    (job,) = jobs_in(config)
    assert isinstance(job, RefundPayment)
    assert (job.intent, job.minor, job.asker) == ("pi_2", None, COMMAND_LINE)
    assert "pi_2" in call(config, "audit").output


def test_a_part_of_it_goes_back_as_well(config: Path) -> None:
    asyncio.run(_pays_once_too_often(config))
    assert call(config, "refund", SALE, "1.25", "--payment", "pi_2", "--yes").exit_code == 0
    (job,) = jobs_in(config)
    assert isinstance(job, RefundPayment)
    assert (job.intent, job.minor) == ("pi_2", 125)


async def _pays_once_too_often(config: Path) -> None:
    async with records_of(config) as store, store.begin() as uow:
        (sold,) = await uow.purchases.claimed_by(UserId(BUYER))
        first = sold.payments[0]
        second = replace(first, intent=PaymentIntentId("pi_2"), duplicate=True)
        await uow.purchases.save(replace(sold, payments=(first, second)))


def test_a_part_may_be_named(config: Path) -> None:
    assert call(config, "refund", SALE.lower(), "2.50", "--yes").exit_code == 0
    (job,) = jobs_in(config)
    assert isinstance(job, RefundPayment)
    assert job.minor == 250


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["S-00000-00000"], "There is no sale S-00000-00000"),
        (["x"], "There is no sale x"),
        ([SALE, "900"], "more than is left"),
        ([SALE, "--payment", "pi_of_another_sale"], "no payment pi_of_another_sale"),
    ],
)
def test_what_can_not_be_refunded_is_said(config: Path, words: list[str], answer: str) -> None:
    result = call(config, "refund", *words, "--yes")
    assert result.exit_code == 1
    assert answer in result.stderr
    assert jobs_in(config) == []


def test_a_number_in_the_reason_is_no_amount(config: Path) -> None:
    asked = call(config, "refund", SALE, "--reason", "2 of 5 are blurred")
    assert "Refund 5.00 USD, all that is left of it" in asked.output
    assert call(config, "refund", SALE, "--reason", "2 of 5 are blurred", "--yes").exit_code == 0
    (job,) = jobs_in(config)
    assert isinstance(job, RefundPayment)
    assert (job.minor, job.note) == (None, "2 of 5 are blurred")


def test_without_yes_it_asks(config: Path) -> None:
    assert call(config, "refund", SALE).exit_code == 1
    assert jobs_in(config) == []


def test_dead_jobs_are_listed_shown_retried_and_dropped(config: Path) -> None:
    assert "PaymentMismatch: the amounts differ" in call(config, "jobs", "list").output
    (job,) = json.loads(call(config, "jobs", "list", "--json").output)
    number = str(job["id"])
    assert "cs_dead" in call(config, "jobs", "show", number).output
    assert call(config, "jobs", "retry", number).exit_code == 0
    assert call(config, "jobs", "drop", number, "--yes").exit_code == 1
    assert "No job was laid aside" in call(config, "jobs", "list").output
    assert isinstance(jobs_in(config)[0], Settle)


def test_the_export_is_for_bookkeepers(config: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(call(config, "export").output.lstrip("\ufeff"))))
    assert [(row["movement"], row["amount"], row["currency"]) for row in rows] == [
        ("paid", "5.00", "USD")
    ]
    assert json.loads(call(config, "export", "--format", "json", "--period", "1999").output) == []
    assert json.loads(call(config, "export", "--format", "json", "--seller", SELLER).output)
    assert "Write a year" in call(config, "export", "--period", "soon").stderr
    about = json.loads(call(config, "export", "--person", SELLER).output)
    assert (about["person"], about["sales"][0]["sale"]) == (SELLER, SALE)


def test_the_evidence_is_a_page_and_data(config: Path, tmp_path: Path) -> None:
    result = call(config, "evidence", SALE, "-o", str(tmp_path / "out"))
    assert result.exit_code == 0
    data, page = (Path(line) for line in result.output.split())
    gathered = json.loads(data.read_text())
    assert gathered["sale"] == SALE
    assert gathered["payments"][0]["payment_intent"] == "pi_1"
    assert gathered["access_log"][0]["what"] == "checkout"
    assert "pi_1" in page.read_text()


def test_what_is_done_here_stands_in_the_log_of_admins_acts(config: Path) -> None:
    number = str(json.loads(call(config, "jobs", "list", "--json").output)[0]["id"])
    call(config, "jobs", "retry", number)
    call(config, "jobs", "retry", number)
    call(config, "jobs", "drop", "999", "--yes")
    call(config, "refund", SALE, "2.50", "--yes", "--reason", "a scratch")
    acts = json.loads(call(config, "audit", "--json").output)
    assert [(act["actor"], act["action"], act["target"], act["reason"]) for act in acts] == [
        ("(command line)", "retry", number, ""),
        ("(command line)", "refund", SALE, "2.50 a scratch"),
    ]
