"""Which key-encryption keys are in use: in memory and in SQLite alike."""

from dataclasses import replace

from bot.crypto.envelope import WrappedKey
from bot.domain.offers.attachment import (
    Attachment,
    EncryptedBlob,
    MediaInfo,
    MediaKind,
    Source,
    Thumbnail,
)
from bot.ids import AttachmentId, BlobId, EventId, KekId, MxcUri, OfferId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, STUDIO, draft

OLD, NEW = KekId("old"), KekId("new")


def sealed(blob: str, kek: KekId) -> EncryptedBlob:
    return EncryptedBlob(BlobId(blob), bytes(32), 10, WrappedKey(kek, bytes(12), bytes(64)))


def attachment(name: str, kek: KekId, small: KekId | None = None) -> Attachment:
    return Attachment(
        id=AttachmentId(name),
        name=name,
        kind=MediaKind.IMAGE,
        info=MediaInfo(),
        source=Source(STUDIO, EventId("$1"), MxcUri("mxc://test/1")),
        sent_at=NOON,
        encrypted=sealed(name, kek),
        thumbnail=Thumbnail(
            encrypted=sealed(f"small {name}", small), mimetype="image/png", width=1, height=1
        )
        if small
        else None,
    )


async def save(store: AnyStore, name: str, *attachments: Attachment) -> None:
    async with store.begin() as uow:
        await uow.offers.save(replace(draft(name), attachments=attachments))


async def test_keys_are_counted_thumbnails_included(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.offers.kek_usage() == {}
    await save(store, "a", attachment("1", OLD, small=NEW), attachment("2", OLD))
    async with store.begin() as uow:
        assert await uow.offers.kek_usage() == {OLD: 2, NEW: 1}


async def test_offers_with_a_key_under_another_one_come_page_by_page(store: AnyStore) -> None:
    await save(store, "a", attachment("1", OLD))
    await save(store, "b", attachment("1", NEW))
    await save(store, "c", attachment("1", NEW, small=OLD))
    await save(store, "d", attachment("1", OLD), attachment("2", OLD))
    async with store.begin() as uow:
        assert await uow.offers.under_other_keks(NEW, after=None, limit=2) == ("a", "c")
        assert await uow.offers.under_other_keks(NEW, after=OfferId("c"), limit=2) == ("d",)
        assert await uow.offers.under_other_keks(NEW, after=OfferId("d"), limit=2) == ()
