"""What the database gives away, and to whom: on the disk, in its log of changes, and to a thief."""

import base64
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from appservice.db.columns import time_to_text
from appservice.db.old_rows import COLUMNS
from appservice.db.repositories.sql_jobs import encrypt_fields
from appservice.db.store import SqlStore, open_store
from bot.crypto.attachment_cipher import IV_BYTES, ContentKey
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.domain.money.checkout_attempt import CheckoutRequest
from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind, Source
from bot.domain.offers.upload import Upload
from bot.domain.people.abuse_report import Report, ReportCategory
from bot.errors import OperatorError
from bot.ids import (
    AttachmentId,
    CheckoutSessionId,
    EventId,
    MxcUri,
    PurchaseId,
    ReportId,
    RoomId,
    UserId,
)
from bot.jobs import decode
from bot.jobs.inbound_jobs import HandleEvent
from bot.jobs.offer_jobs import DeleteOrphanBlobs
from bot.jobs.payment_jobs import ExpireCheckout
from sandbox.postgres import Cluster
from tests.support.factories import FIVE, NOON, SELLER, STUDIO, draft, purchase
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT, MemoryKeyVault
from tests.support.postgres_fixtures import NewDatabase
from tests.support.synapse.database_reader import opened_at
from tests.support.synapse.statement_counter import open_file

MARK = "zanzibar-harbour"
KEY = base64.urlsafe_b64encode(MARK.encode() * 2).decode().rstrip("=")
ADDRESS = MxcUri(f"mxc://test/{MARK}")
FILE = EncryptedFile(ADDRESS, ContentKey(MARK.encode() * 2, b"v" * IV_BYTES), b"s" * 32)
SOURCE = Source(STUDIO, EventId("$1"), ADDRESS, FILE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ppv.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqlStore]:
    async with open_file(path) as store:
        yield store


async def fill(store: SqlStore) -> None:
    """Whatever people send, with the mark in it."""
    attachment = Attachment(
        id=AttachmentId("a1"),
        name=MARK,
        kind=MediaKind.FILE,
        info=MediaInfo(),
        source=SOURCE,
        thumbnail_source=SOURCE,
        sent_at=NOON,
        error=f"{MARK} is too large",
        teaser=b"t" * 100_000,
    )
    offer = replace(draft(), attachments=(attachment,), text=MARK)
    context = Upload.context_of(offer.id, AttachmentId("u1"))
    upload = Upload(
        id=AttachmentId("u1"),
        offer=offer.id,
        seller=SELLER,
        name=MARK,
        size=1,
        info=MediaInfo(),
        key=await VAULT.wrap(ContentKey.fresh(), context),
        last_activity_at=NOON,
    )
    request = CheckoutRequest(
        purchase=PurchaseId("p1"),
        attempt=1,
        price=FIVE,
        title=MARK,
        expires_at=NOON,
        success_url="https://example.org/success",
        cancel_url=f"https://example.org/m/{MARK}",
    )
    content = {"body": MARK, "file": FILE.to_json()}
    event = {"room_id": "!a:test", "event_id": "$1", "content": content}
    report = Report(
        id=ReportId("r1"),
        offer=offer.id,
        category=ReportCategory.OTHER,
        description=MARK,
        created_at=NOON,
        name=MARK,
        email=f"{MARK}@example.org",
    )
    async with store.begin() as uow:
        await uow.offers.save(offer)
        await uow.purchases.save(purchase("p1", offer=offer.id).with_attempt(request))
        await uow.uploads.add(upload)
        await uow.reports.save(report)
        await uow.jobs.add(HandleEvent(event))
        await uow.handovers.add(
            InterceptedAttachment(
                name="h1",
                room=RoomId("!a:test"),
                sender=UserId("@a:test"),
                content=content,
                received_at=NOON,
            )
        )
    claimed = await store.queue.claim(NOON)
    assert claimed
    await store.queue.fail(claimed, f"OperatorError: {MARK} is none")


def files_with(words: bytes, folder: Path) -> list[str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return [file.name for file in files if words in file.read_bytes()]


def marks_in(folder: Path) -> list[str]:
    """Which files hold the mark, or the key, in any spelling."""
    spellings = {MARK.encode(), KEY.encode(), MARK.encode().hex().encode()}
    spellings |= {base64.b64encode(b"\0" * shift + MARK.encode())[8:16] for shift in range(3)}
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(spelling in file.read_bytes() for spelling in spellings)
    ]


async def test_nothing_that_people_sent_can_be_read_on_the_disk(
    path: Path, store: SqlStore
) -> None:
    await fill(store)
    assert not marks_in(path.parent)


async def test_nor_in_the_files_of_a_postgresql_server(
    cluster: Cluster, new_database: NewDatabase
) -> None:
    """Its tables, its log of changes, and what it logs."""
    async with open_store(new_database(), FrozenClock(), VAULT) as store:
        await fill(store)
        async with store.begin() as uow:
            await uow.media_copies.save("found", MxcUri("mxc://test/control-of-the-search"))
    cluster.run("CHECKPOINT")
    ((folder,),) = cluster.run("SHOW data_directory")
    assert not marks_in(Path(folder).parent)
    assert files_with(b"control-of-the-search", Path(folder)), "it sees nothing"


async def test_what_was_written_is_read_back(store: SqlStore) -> None:
    await fill(store)
    async with store.begin() as uow:
        offer = await uow.offers.get(draft().id)
        upload = await uow.uploads.get(AttachmentId("u1"))
        report = await uow.reports.get(ReportId("r1"))
        bought = await uow.purchases.get(PurchaseId("p1"))
        handover = await uow.handovers.claim(
            "h1", EventId("$1"), room=RoomId("!a:test"), sender=UserId("@a:test")
        )
    (dead,) = await store.queue.failed_jobs()
    assert offer
    assert offer.text == offer.attachments[0].name == MARK
    assert offer.attachments[0].source == offer.attachments[0].thumbnail_source == SOURCE
    assert upload
    assert upload.name == MARK
    assert bought
    assert bought.attempts[0].request.title == MARK
    assert report
    assert (report.description, report.name, report.email) == (MARK, MARK, f"{MARK}@example.org")
    assert handover
    assert handover.content["body"] == MARK
    assert dead.fields["event"]["content"]["body"] == MARK
    assert dead.error == f"OperatorError: {MARK} is none"


async def test_what_an_older_version_left_in_clear_is_read_and_then_encrypted(path: Path) -> None:
    async with open_file(path) as store:
        await fill(store)
        cipher = await store.record_key.require()
    with closing(sqlite3.connect(path)) as connection:
        for column in COLUMNS:
            names = ", ".join(dict.fromkeys((column.name, *column.key, *column.place)))
            connection.row_factory = sqlite3.Row
            for row in connection.execute(f"SELECT {names} FROM {column.table}").fetchall():  # noqa: S608
                place = (str(row[name]) for name in column.place)
                plain = cipher.decrypt(
                    row[column.name] or "",
                    column.bound_to or f"{column.table}.{column.name}",
                    *place,
                )
                key = " AND ".join(f"{name} = ?" for name in column.key)
                connection.execute(
                    f"UPDATE {column.table} SET {column.name} = ? WHERE {key}",  # noqa: S608
                    (plain, *(row[name] for name in column.key)),
                )
        connection.commit()
    assert marks_in(path.parent)
    async with open_file(path) as store:
        await require_read_back(store)
        await store.unlock()
        assert not marks_in(path.parent), "the log of changes is emptied as well"
        await require_read_back(store)


async def require_read_back(store: SqlStore) -> None:
    async with store.begin() as uow:
        offer = await uow.offers.get(draft().id)
    (dead,) = await store.queue.failed_jobs()
    assert offer
    assert offer.attachments[0].source == SOURCE
    assert dead.error == f"OperatorError: {MARK} is none"
    assert dead.fields["event"]["content"]["body"] == MARK


async def test_a_job_of_a_former_name_stays_readable_whatever_becomes_of_it(
    path: Path, store: SqlStore
) -> None:
    cipher = await store.record_key.cipher()
    arguments = encrypt_fields(cipher, "call_in", {"session": "cs_1"})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO jobs (kind, payload, lane, state, due_at, created_at)"
            " VALUES ('call_in', ?, 'call in:cs_1', 'waiting', ?, ?)",
            (arguments, time_to_text(NOON), time_to_text(NOON)),
        )
        connection.commit()
    money = frozenset({"expire_checkout"})
    claimed = await store.queue.claim(NOON, only=money)
    assert claimed
    assert decode(claimed.kind, claimed.fields or {}) == ExpireCheckout(CheckoutSessionId("cs_1"))
    assert claimed.kind == "expire_checkout"
    await store.queue.retry(claimed, NOON, "no answer")
    assert await store.queue.next_due(only=money) == NOON
    claimed = await store.queue.claim(NOON, only=money)
    assert claimed
    await store.queue.fail(claimed, "no answer at all")
    (failed,) = await store.queue.failed_jobs()
    assert (failed.kind, failed.error) == ("expire_checkout", "no answer at all")
    assert (await store.stats()).jobs == {("expire_checkout", "dead"): 1}


async def test_a_job_that_was_altered_is_laid_aside_and_the_others_go_on(
    path: Path, store: SqlStore
) -> None:
    async with store.begin() as uow:
        await uow.jobs.add(HandleEvent({"room_id": "!a:test", "event_id": "$1"}))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE jobs SET payload = substr(payload, 1, 20)")
        connection.commit()
    async with store.begin() as uow:
        await uow.jobs.add(DeleteOrphanBlobs())
    altered, other = await store.queue.claim(NOON), await store.queue.claim(NOON)
    assert altered
    assert altered.fields is None
    await store.queue.fail(altered, "OperatorError: it does not open")
    assert other
    assert other.kind == "delete_orphan_blobs"
    assert [job.error for job in await store.queue.failed_jobs()] == [
        "OperatorError: it does not open"
    ]


async def test_a_key_that_was_destroyed_is_gone_from_the_log_of_changes(
    path: Path, store: SqlStore
) -> None:
    context = Upload.context_of(draft().id, AttachmentId("u1"))
    key = await VAULT.wrap(ContentKey.fresh(), context)
    upload = Upload(
        id=AttachmentId("u1"), offer=draft().id, seller=SELLER, name="1", size=1, info=MediaInfo(),
        key=key, last_activity_at=NOON,
    )  # fmt: skip
    async with store.begin() as uow:
        await uow.offers.save(draft())
        await uow.uploads.add(upload)
    async with store.begin() as uow:
        await uow.uploads.remove(upload.id)
    held = [file.name for file in path.parent.iterdir() if key.ciphertext in file.read_bytes()]
    assert held == ["ppv.db-wal"], "else this shows nothing"
    await store.scrub()
    assert not [file for file in path.parent.iterdir() if key.ciphertext in file.read_bytes()]


async def test_without_its_kek_nothing_is_taken_in_and_the_operator_is_told(path: Path) -> None:
    async with open_file(path) as store:
        await fill(store)
    lost = MemoryKeyVault()
    lost.rotate("second")
    async with open_store(f"sqlite:///{path}", FrozenClock(), lost) as store:
        with pytest.raises(
            OperatorError, match=r"key-encryption key “memory”.*put the right one back"
        ):
            await store.unlock()
        with pytest.raises(OperatorError, match="put the right one back"):
            await fill(store)
        assert (await store.queue.stats()).failed == 1, "what needs no key can be seen"
    assert not marks_in(path.parent)


async def test_the_key_of_the_records_moves_under_a_new_kek(path: Path) -> None:
    vault = MemoryKeyVault()
    url = f"sqlite:///{path}"
    async with open_store(url, FrozenClock(), vault) as store:
        await store.unlock()
        async with store.begin() as uow:
            await uow.offers.save(replace(draft(), text=MARK))
        vault.rotate("second")
        assert await store.record_key.need_moving()
        await store.record_key.move()
        assert await store.record_key.kek() == "second"
    del vault.keks[next(kek for kek in vault.keks if kek == "memory")]
    async with open_store(url, FrozenClock(), vault) as store, store.begin() as uow:
        offer = await uow.offers.get(draft().id)
        assert offer
        assert offer.text == MARK


async def test_the_files_are_read_by_their_owner_only(path: Path) -> None:
    async with opened_at(path):
        files = [path, path.with_name("ppv.db-wal")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
