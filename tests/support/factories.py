"""Offers and purchases for tests of the store: plain ones, and every shape that they can have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.crypto.attachment_cipher import IV_BYTES, KEY_BYTES, ContentKey
from bot.crypto.encrypted_file import EncryptedFile
from bot.crypto.envelope import WrappedKey
from bot.domain.money.checkout_attempt import (
    CheckoutAttempt,
    CheckoutRequest,
    CheckoutStatus,
    Tax,
    Terms,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import (
    BalanceTransaction,
    Consent,
    Dispute,
    DisputeState,
    Payment,
    Refund,
)
from bot.domain.offers.attachment import (
    Attachment,
    EncryptedBlob,
    HomeserverCopy,
    MediaInfo,
    MediaKind,
    Source,
    Thumbnail,
)
from bot.domain.offers.listing import CollectWindow, Listing, Schedule
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.delivery import DeliveredFile, Delivery, DeliveryBlocker, DeliveryChannel
from bot.domain.purchases.purchase import Purchase
from bot.ids import (
    AccountId,
    AttachmentId,
    BlobId,
    BookingId,
    ChargeId,
    CheckoutSessionId,
    DisputeId,
    EventId,
    KekId,
    LinkToken,
    MxcUri,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    RefundId,
    RoomId,
    UserId,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SELLER = UserId("@seller:test")
BUYER = UserId("@buyer:test")
STUDIO = RoomId("!studio:test")
FIVE = Money(500, "usd")


def draft(name: str = "offer00001") -> Offer:
    return Offer(id=OfferId(name), seller=SELLER, compose_room=STUDIO, created_at=NOON)


def purchase(name: str = "p1", *, offer: str = "offer00001", buyer: UserId = BUYER) -> Purchase:
    return Purchase(
        id=PurchaseId(name),
        offer=OfferId(offer),
        buyer=buyer,
        pay_token=LinkToken(f"link of {name}"),
        created_at=NOON,
    )


def paid(unpaid: Purchase, intent: str, *, at: datetime = NOON) -> Purchase:
    session = CheckoutSessionId(f"cs of {unpaid.id}")
    payment = Payment(intent=PaymentIntentId(intent), session=session, amount=FIVE, paid_at=at)
    return replace(unpaid, payments=(*unpaid.payments, payment))


# Lone surrogates and NUL are no text: they are turned away where events are parsed.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
names = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x10FFFF, exclude_categories=["Cs"]),
    min_size=1,
    max_size=20,
)
sizes = st.integers(0, 2**53)
moments = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(9990, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC]),
)
durations = st.timedeltas(timedelta(0), timedelta(days=1000))
amounts = st.builds(Money, st.integers(1, 99_999_999), st.sampled_from(["usd", "jpy", "isk"]))
wrapped_keys = st.builds(
    WrappedKey, names.map(KekId), st.binary(min_size=12, max_size=12), st.binary(max_size=64)
)
sealed = st.builds(
    EncryptedBlob,
    names.map(BlobId),
    st.binary(min_size=32, max_size=32),
    sizes,
    wrapped_keys,
    st.none() | st.binary(min_size=32, max_size=32),
)
addresses = names.map(lambda name: MxcUri(f"mxc://test/{name}"))
encrypted_files = st.builds(
    EncryptedFile,
    addresses,
    st.builds(
        ContentKey,
        st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES),
        st.binary(min_size=IV_BYTES, max_size=IV_BYTES),
    ),
    st.binary(min_size=32, max_size=32),
)
sources = st.builds(
    Source,
    names.map(RoomId),
    names.map(EventId),
    addresses,
    st.none() | encrypted_files,
    st.booleans(),
)
attachments = st.builds(
    Attachment,
    id=names.map(AttachmentId),
    name=words,
    kind=st.sampled_from(MediaKind),
    info=st.builds(
        MediaInfo,
        mimetype=words,
        size=st.none() | sizes,
        width=st.none() | sizes,
        height=st.none() | sizes,
        duration_ms=st.none() | sizes,
    ),
    source=st.none() | sources,
    sent_at=moments,
    thumbnail_source=st.none() | sources,
    paid=st.booleans(),
    encrypted=st.none() | sealed,
    thumbnail=st.none()
    | st.builds(Thumbnail, encrypted=sealed, mimetype=words, width=sizes, height=sizes),
    teaser=st.none() | st.binary(max_size=40),
    error=st.none() | words,
    exposure_seconds=st.none() | st.floats(0, 1e6),
    homeserver_copy=st.none() | st.sampled_from(HomeserverCopy),
)
events = names.map(EventId)
offers = st.builds(
    Offer,
    id=names.map(OfferId),
    seller=names.map(UserId),
    compose_room=names.map(RoomId),
    created_at=moments,
    text=words,
    price=st.none() | amounts,
    state=st.sampled_from(OfferState),
    attachments=st.lists(attachments, max_size=3, unique_by=lambda a: a.id).map(tuple),
    listings=st.lists(
        st.builds(
            Listing, names.map(RoomId), st.none() | events, st.none() | events, st.booleans()
        ),
        max_size=3,
        unique_by=lambda listing: listing.room,
    ).map(tuple),
    collect_window=st.none()
    | st.builds(
        CollectWindow, names.map(RoomId), events, durations, st.none() | moments, st.none() | events
    ),
    draft_card_event=st.none() | events,
    schedule=st.none()
    | st.builds(Schedule, moments, words, st.lists(names.map(RoomId)).map(tuple)),
    in_storefront=st.booleans(),
    keep_location=st.none() | st.booleans(),
    version=st.just(0),
)


@st.composite
def attempts_of(draw: st.DrawFn, bought: PurchaseId) -> tuple[CheckoutAttempt, ...]:
    sessions = draw(st.lists(st.none() | names, max_size=3, unique_by=lambda s: s or object()))
    return tuple(
        CheckoutAttempt(
            request=CheckoutRequest(
                purchase=bought,
                attempt=number,
                price=draw(amounts),
                title=draw(words),
                expires_at=draw(moments),
                success_url=draw(words),
                cancel_url=draw(words),
                terms=draw(st.none() | st.builds(Terms, version=words, text=words, url=words)),
                tax=draw(st.sampled_from(Tax)),
                invoice=draw(st.booleans()),
                managed=draw(st.booleans()),
                account=draw(st.none() | names.map(AccountId)),
                commission=draw(st.none() | amounts),
            ),
            state=draw(st.sampled_from(CheckoutStatus)),
            session=CheckoutSessionId(session) if session else None,
            url=draw(st.none() | words),
        )
        for number, session in enumerate(sessions, 1)
    )


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(
            number=number,
            requested_at=draw(moments),
            payment=draw(st.none() | names.map(PaymentIntentId)),
            room=draw(st.none() | names.map(RoomId)),
            revoked_at=draw(st.none() | moments),
            files=draw(
                st.lists(
                    st.builds(
                        DeliveredFile,
                        names.map(AttachmentId),
                        events,
                        st.none() | names.map(RoomId),
                        st.sampled_from(DeliveryChannel),
                    ),
                    max_size=3,
                ).map(tuple)
            ),
            done_at=draw(st.none() | moments),
            blocker=draw(st.none() | st.sampled_from(DeliveryBlocker)),
            blocked_since=draw(st.none() | moments),
        )
        for number in range(1, draw(st.integers(0, 3)) + 1)
    )


payments = st.builds(
    Payment,
    intent=names.map(PaymentIntentId),
    session=names.map(CheckoutSessionId),
    amount=st.builds(Money, st.integers(1, 99_999_999), st.just("usd")),
    paid_at=moments,
    tax=st.none() | st.builds(Money, st.integers(1, 999), st.just("usd")),
    charge=st.none() | names.map(ChargeId),
    fee=amounts,
    fee_at=st.none() | moments,
    refunds=st.lists(
        st.builds(
            Refund,
            id=names.map(RefundId),
            amount=amounts,
            at=moments,
            failed=st.booleans(),
            booked_at=st.none() | moments,
            failure_booked_at=st.none() | moments,
        ),
        max_size=2,
    ).map(tuple),
    disputes=st.lists(
        st.builds(
            Dispute,
            id=names.map(DisputeId),
            amount=amounts,
            at=moments,
            state=st.sampled_from(DisputeState),
            reason=words,
            answer_by=st.none() | moments,
            bookings=st.lists(
                st.builds(
                    BalanceTransaction,
                    id=names.map(BookingId),
                    amount=amounts,
                    fee=amounts,
                    at=moments,
                ),
                max_size=3,
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    fraud_warning=st.booleans(),
    consent=st.none() | st.builds(Consent, version=words, at=moments),
    duplicate=st.booleans(),
)


@st.composite
def purchases_of(draw: st.DrawFn, offer: OfferId) -> Purchase:
    bought = PurchaseId(draw(names))
    return Purchase(
        id=bought,
        offer=offer,
        buyer=draw(names.map(UserId)),
        pay_token=draw(names.map(LinkToken)),
        created_at=draw(moments),
        attempts=draw(attempts_of(bought)),
        payments=tuple(draw(st.lists(payments, max_size=3, unique_by=lambda p: p.intent))),
        deliveries=draw(deliveries()),
    )
