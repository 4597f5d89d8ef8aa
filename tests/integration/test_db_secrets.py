"""What the database file gives away, and to whom."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot.attachment import Attachment, Kind, MediaInfo, Source
from bot.crypto.content import IV_BYTES, KEY_BYTES, ContentKey
from bot.crypto.encrypted_file import EncryptedFile
from bot.ids import AttachmentId, EventId, MxcUri
from tests.integration.opened_database import opened_at
from tests.integration.sqlite_counter import open_file
from tests.records import NOON, STUDIO, draft

_ADDRESS = MxcUri("mxc://test/1")
_KEY = EncryptedFile(_ADDRESS, ContentKey(b"k" * KEY_BYTES, b"v" * IV_BYTES), b"s" * 32)
_SEALED_BY_THE_SELLER = Source(STUDIO, EventId("$1"), _ADDRESS, _KEY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ppv.db"


async def save_an_offer_of(path: Path, source: Source) -> None:
    sent = Attachment(
        id=AttachmentId("a1"),
        name="One",
        kind=Kind.FILE,
        info=MediaInfo(),
        source=source,
        thumbnail_source=source,
        sent_at=NOON,
        teaser=b"t" * 100_000,
    )
    async with open_file(path) as store, store.begin() as uow:
        offer = await uow.offers.get(draft().id) or draft()
        await uow.offers.save(replace(offer, attachments=(sent,)))


def key_is_in(path: Path) -> bool:
    spelled: str = _KEY.to_json()["key"]["k"]
    return any(spelled.encode() in file.read_bytes() for file in path.parent.iterdir())


async def test_a_key_that_is_cleared_is_gone_from_the_file(path: Path) -> None:
    await save_an_offer_of(path, _SEALED_BY_THE_SELLER)
    assert key_is_in(path)
    await save_an_offer_of(path, replace(_SEALED_BY_THE_SELLER, encrypted=None))
    assert not key_is_in(path)


async def test_the_files_are_read_by_their_owner_only(path: Path) -> None:
    async with opened_at(path):
        files = [path, path.with_name("ppv.db-wal")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
