"""Nothing that a seller sent stays at the homeserver once it is sealed, or the seller is told of it, file by file."""

from typing import Any

import pytest

from bot.crypto.attachment_cipher import ContentKey, Encryptor
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import HomeserverCopy
from bot.ids import EventId, MxcUri
from bot.jobs.offer_jobs import EncryptAttachment
from bot.messages import CopiesLeft, CopyLeft, Exposed, Placeholder
from tests.support.bot_harness import ALICE, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"
SMALL = b"\x89PNG a small picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.matrix.may_purge = True
    return house


def with_thumbnail(house: BotHarness, room: str) -> dict[str, Any]:
    """As Element sends pictures over 800 x 600 pixels into rooms without encryption."""
    raw = house.timeline.file(room, ALICE, house.upload(PNG), "1.png")
    raw["content"]["info"] |= {"thumbnail_url": house.upload(SMALL)}
    return raw


def encrypted_with_thumbnail(house: BotHarness, room: str) -> dict[str, Any]:
    raw = house.timeline.file(room, ALICE, "mxc://test/unused", "1.png")
    del raw["content"]["url"]
    raw["content"]["file"] = encrypted(house, PNG)
    raw["content"]["info"] |= {"thumbnail_file": encrypted(house, SMALL)}
    return raw


def encrypted(house: BotHarness, data: bytes) -> dict[str, Any]:
    sealer = Encryptor(key := ContentKey.fresh())
    ciphertext = sealer.encrypt(data)
    sealer.digest(ciphertext)
    return EncryptedFile(MxcUri(house.upload(ciphertext)), key, sealer.sha256()).to_json()


def uploads(house: BotHarness) -> list[str]:
    return [url for url in house.matrix.media if "/upload" in url]


@pytest.mark.parametrize("sends", [with_thumbnail, encrypted_with_thumbnail])
async def test_file_and_thumbnail_of_the_studio_go_once_they_are_sealed(
    house: BotHarness, sends: Any
) -> None:
    await house.open_studio()
    await house.hears(sends(house, STUDIO))
    (offer,) = house.store.records.offers.values()
    assert offer.attachments[0].encrypted
    assert not uploads(house)
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert house.matrix.of(Placeholder)
    assert not house.matrix.of(CopiesLeft)


async def test_file_and_thumbnail_of_a_room_go_once_they_are_sealed(house: BotHarness) -> None:
    await house.hears(with_thumbnail(house, LOUNGE))
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert not uploads(house)
    assert house.matrix.of(Exposed)[0].purged


@pytest.mark.parametrize(
    ("sends", "is_encrypted"), [(with_thumbnail, False), (encrypted_with_thumbnail, True)]
)
async def test_what_may_not_be_deleted_is_told_file_by_file(
    house: BotHarness, sends: Any, is_encrypted: bool
) -> None:
    house.matrix.may_purge = False
    await house.open_studio()
    await house.hears(sends(house, STUDIO))
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    left = CopyLeft("1.png", HomeserverCopy.NOT_ALLOWED, is_encrypted)
    assert house.matrix.of(CopiesLeft) == [CopiesLeft((left,), "test")]


async def test_killed_anywhere_the_goods_are_sealed_before_their_source_goes() -> None:
    calm = BotHarness()
    calm.matrix.may_purge = True
    await sells(calm)
    for place in range(1, calm.fuse.places + 1):
        house = BotHarness()
        house.matrix.may_purge = True
        house.fuse.kills_at = place
        await sells(house)
        await house.time_passes(hours=1)
        (offer,) = house.store.records.offers.values()
        assert [each.error for each in offer.attachments] == [None], f"killed at place {place}"
        assert offer.attachments[0].encrypted
        assert not uploads(house), f"killed at place {place}"


async def sells(house: BotHarness) -> None:
    await house.hears(with_thumbnail(house, LOUNGE))
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")


async def test_what_leaves_the_draft_before_it_is_sealed_goes_as_well(house: BotHarness) -> None:
    await house.open_studio()
    raw = with_thumbnail(house, STUDIO)
    taken_back = house.timeline.redaction(STUDIO, ALICE, raw["event_id"])
    await house.bot.receive_transaction("both", [raw, taken_back])
    await house.work()
    (offer,) = house.store.records.offers.values()
    assert not offer.attachments
    assert not uploads(house)


async def test_what_is_discarded_is_never_sealed_and_goes(house: BotHarness) -> None:
    await house.open_studio()
    raw = with_thumbnail(house, STUDIO)
    await house.bot.receive_transaction(
        "both", [raw, house.timeline.text(STUDIO, ALICE, "!ppv discard")]
    )
    await house.work()
    (offer,) = house.store.records.offers.values()
    blobs = len(house.blobs.blobs)
    async with house.store.begin() as uow:
        await uow.jobs.add(EncryptAttachment(offer.id, offer.attachments[0].id))
    await house.work()
    assert len(house.blobs.blobs) == blobs
    assert not house.store.records.offers[offer.id].attachments[0].encrypted
    assert not uploads(house)


async def test_a_gate_with_another_secret_does_not_keep_goods_from_being_sold(
    house: BotHarness,
) -> None:
    house.matrix.purge_fails = True
    await house.hears(with_thumbnail(house, LOUNGE))
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert house.matrix.of(Placeholder)
    (left,) = house.matrix.of(CopiesLeft)
    assert [each.name for each in left.files] == ["1.png"]


async def test_edits_of_what_is_taken_out_of_a_room_go_with_it(house: BotHarness) -> None:
    """An edit holds the address of the file once more."""
    raw = with_thumbnail(house, LOUNGE)
    edit = EventId("$edit")
    house.matrix.edited[EventId(raw["event_id"]), ALICE] = [edit]
    await house.hears(raw)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert {EventId(raw["event_id"]), edit} <= set(house.matrix.redacted)
