"""What people take up, as the store counts it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

from bot.crypto.envelope import WrappedKey
from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutStatus
from bot.domain.offers.attachment import (
    Attachment,
    EncryptedBlob,
    MediaInfo,
    MediaKind,
    Source,
    Thumbnail,
)
from bot.domain.offers.offer import OfferState
from bot.domain.purchases.purchase import Purchase
from bot.ids import (
    AttachmentId,
    BlobId,
    CheckoutSessionId,
    EventId,
    KekId,
    MxcUri,
    OfferId,
    UserId,
)
from tests.contract.conftest import AnyStore
from tests.support.factories import BUYER, FIVE, NOON, SELLER, STUDIO, draft, purchase

OTHER = UserId("@other:test")


def sealed(size: int) -> EncryptedBlob:
    return EncryptedBlob(
        BlobId(f"blob{size}"), b"s" * 32, size, WrappedKey(KekId("k"), b"n" * 12, b"w")
    )


def attachment(name: str, *, size: int | None, thumbnail: int | None = None) -> Attachment:
    return Attachment(
        id=AttachmentId(name),
        name=name,
        kind=MediaKind.IMAGE,
        info=MediaInfo(size=77),
        source=Source(STUDIO, EventId("$file"), MxcUri("mxc://test/1")),
        sent_at=NOON,
        encrypted=sealed(size) if size else None,
        thumbnail=_small(thumbnail) if thumbnail else None,
    )


def _small(size: int) -> Thumbnail:
    return Thumbnail(encrypted=sealed(size), mimetype="image/png", width=1, height=1)


async def test_bytes_are_those_of_a_sellers_sealed_files_and_thumbnails(store: AnyStore) -> None:
    first = replace(
        draft(),
        attachments=(
            attachment("a", size=1000, thumbnail=10),
            attachment("b", size=None),
        ),
    )
    second = replace(draft("offer00002"), attachments=(attachment("c", size=200),))
    theirs = replace(draft("offer00003"), seller=OTHER, attachments=(attachment("d", size=5000),))
    async with store.begin() as uow:
        assert await uow.usage.bytes_of(SELLER) == 0
        for offer in (first, second, theirs):
            await uow.offers.save(offer)
        assert await uow.usage.bytes_of(SELLER) == 1210
        assert await uow.usage.bytes_of(OTHER) == 5000


async def test_keys_that_are_destroyed_make_room(store: AnyStore) -> None:
    offer = replace(draft(), state=OfferState.WITHDRAWN, attachments=(attachment("a", size=1000),))
    async with store.begin() as uow:
        await uow.offers.save(offer)
    async with store.begin() as uow:
        await uow.offers.save(replace(offer.without_keys(), version=1))
        assert await uow.usage.bytes_of(SELLER) == 0


async def test_offers_are_counted_from_a_moment_on_unless_they_never_went_on_sale(
    store: AnyStore,
) -> None:
    async with store.begin() as uow:
        for number, state in enumerate(OfferState):
            await uow.offers.save(replace(draft(f"offer1000{number}"), state=state))
            old = replace(draft(f"offer2000{number}"), created_at=NOON - timedelta(seconds=1))
            await uow.offers.save(replace(old, state=state))
            await uow.offers.save(replace(draft(f"offer3000{number}"), seller=OTHER, state=state))
        never = {OfferState.DRAFT, OfferState.DISCARDED}
        assert await uow.usage.offers_of(SELLER, NOON) == len(set(OfferState) - never)


def attempting(name: str, buyer: UserId, state: CheckoutStatus, offer: str) -> Purchase:
    fresh = purchase(name, offer=offer, buyer=buyer)
    request = CheckoutRequest(
        purchase=fresh.id,
        attempt=1,
        price=FIVE,
        title="Three evenings",
        expires_at=NOON + timedelta(hours=1),
        success_url="https://shop.test/success",
        cancel_url="https://shop.test/m/offer00001",
    )
    begun = fresh.with_attempt(request)
    attempt = replace(begun.attempts[0], state=state, session=CheckoutSessionId(f"cs_{name}"))
    return replace(begun, attempts=(attempt,))


async def test_checkouts_are_those_that_wait_for_their_buyer(store: AnyStore) -> None:
    async with store.begin() as uow:
        for number, state in enumerate(CheckoutStatus):
            offer = OfferId(f"offer0000{number}")
            await uow.offers.save(draft(offer))
            await uow.purchases.save(attempting(f"p{number}", BUYER, state, offer))
            await uow.purchases.save(attempting(f"q{number}", OTHER, state, offer))
        assert await uow.usage.checkouts_of(BUYER, NOON) == 2
        assert await uow.usage.checkouts_of(UserId("@nobody:test"), NOON) == 0
        lapsed = NOON + timedelta(hours=2)
        assert await uow.usage.checkouts_of(BUYER, lapsed) == 1, "it was asked for, and never made"
