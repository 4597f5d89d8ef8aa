"""Offers, with their attachments and the rooms they are listed in."""

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.json_column import JsonColumn
from appservice.db.repositories.optimistic_lock import Versions
from appservice.db.repositories.sql_attachments import attachment_from_row, write_attachment
from appservice.db.repositories.sql_catalogue import SqlCatalogue
from appservice.db.repositories.sql_offer_texts import encrypt_text, text_in
from appservice.db.repositories.sql_wrapped_keys import SqlSealedKeys
from appservice.db.transaction import Row, Transaction, Value
from bot.domain.money.money import Money
from bot.domain.offers.listing import CollectWindow, Listing, Schedule
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.sale_log import SaleEvent, offer_events
from bot.ids import AttachmentId, BlobId, EventId, OfferId, RoomId, UserId

_FLAG, _PLAN = JsonColumn[CollectWindow](CollectWindow), JsonColumn[Schedule](Schedule)
_ATTACHMENTS = """
    SELECT attachments.*,
        content.blob, content.sha256, content.size, content.kek, content.nonce, content.wrapped_key,
        content.fingerprint,
        small.blob AS small_blob, small.sha256 AS small_sha256, small.size AS small_size,
        small.kek AS small_kek, small.nonce AS small_nonce, small.wrapped_key AS small_wrapped_key,
        small.fingerprint AS small_fingerprint
    FROM attachments
    LEFT JOIN sealed AS content ON content.offer = attachments.offer
        AND content.attachment = attachments.id AND content.part = 'content'
    LEFT JOIN sealed AS small ON small.offer = attachments.offer
        AND small.attachment = attachments.id AND small.part = 'thumbnail'
    WHERE attachments.offer = ? ORDER BY attachments.position
"""


class SqlOffers(SqlCatalogue, SqlSealedKeys):
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        super().__init__(transaction, cipher)
        self._versions = Versions()
        self._loaded: dict[OfferId, Offer] = {}
        self.log: list[SaleEvent] = []
        """What happened to them, to be told once it is committed."""

    async def get(self, offer: OfferId) -> Offer | None:
        row = await self._transaction.row("SELECT * FROM offers WHERE id = ?", offer)
        return await self._load(row) if row else None

    async def draft_in(self, workshop: RoomId, seller: UserId) -> Offer | None:
        row = await self._transaction.row(
            "SELECT * FROM offers WHERE workshop = ? AND seller = ? AND state = 'draft' AND plan IS NULL"
            " ORDER BY created_at DESC, id DESC LIMIT 1",
            workshop,
            seller,
        )
        return await self._load(row) if row else None

    async def draft_with(
        self, attachment: AttachmentId, workshop: RoomId, seller: UserId
    ) -> Offer | None:
        row = await self._transaction.row(
            "SELECT offers.* FROM offers JOIN attachments ON attachments.offer = offers.id"
            " WHERE workshop = ? AND seller = ? AND state = 'draft' AND attachments.id = ?",
            workshop,
            seller,
            attachment,
        )
        return await self._load(row) if row else None

    async def standing_as(self, event: EventId) -> Offer | None:
        row = await self._transaction.row(
            "SELECT * FROM offers WHERE id IN (SELECT offer FROM listings WHERE placeholder = ? OR teaser = ?)",
            event,
            event,
        )
        return await self._load(row) if row else None

    async def holds(self, blob: BlobId) -> bool:
        row = await self._transaction.row("SELECT 1 FROM sealed WHERE blob = ? LIMIT 1", blob)
        return row is not None

    async def save(self, offer: Offer) -> None:
        made_from, version = self._versions.step(offer.id, offer.version)
        columns: tuple[Value, ...] = (
            version,
            offer.seller,
            offer.compose_room,
            time_to_text(offer.created_at),
            encrypt_text(self._cipher, offer.id, offer.text),
            offer.price.minor if offer.price else None,
            offer.price.currency if offer.price else None,
            offer.state,
            nullable(_FLAG.write, offer.collect_window),
            offer.draft_card_event,
            nullable(_PLAN.write, offer.schedule),
            int(offer.in_storefront),
            nullable(int, offer.keep_location),
        )
        if made_from == 0:
            found = await self._transaction.row(
                "INSERT INTO offers (version, seller, workshop, created_at, text, price, currency, state,"
                " flag, card, plan, public, keep_location, id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                *columns,
                offer.id,
            )
        else:
            found = await self._transaction.row(
                "UPDATE offers SET version = ?, seller = ?, workshop = ?, created_at = ?, text = ?, price = ?,"
                " currency = ?, state = ?, flag = ?, card = ?, plan = ?, public = ?, keep_location = ?"
                " WHERE id = ? AND version = ? RETURNING id",
                *columns,
                offer.id,
                made_from,
            )
        self._versions.saved(offer.id, version, found=found is not None)
        await self._write_parts(offer)
        if offer.id in self._loaded:
            self.log += offer_events(self._loaded[offer.id], offer)
        self._loaded[offer.id] = offer

    async def _write_parts(self, offer: Offer) -> None:
        await self._transaction.run("DELETE FROM attachments WHERE offer = ?", offer.id)
        await self._transaction.run("DELETE FROM listings WHERE offer = ?", offer.id)
        for position, attachment in enumerate(offer.attachments):
            await write_attachment(self._transaction, self._cipher, offer.id, position, attachment)
        for position, listing in enumerate(offer.listings):
            await self._transaction.run(
                "INSERT INTO listings (offer, position, room, placeholder, teaser, finished)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                offer.id,
                position,
                listing.room,
                listing.placeholder,
                listing.teaser,
                int(listing.posted_completely),
            )

    async def _load(self, row: Row) -> Offer:
        attachments = await self._transaction.rows(_ATTACHMENTS, row["id"])
        listings = await self._transaction.rows(
            "SELECT * FROM listings WHERE offer = ? ORDER BY position",
            row["id"],
        )
        offer = Offer(
            id=row["id"],
            version=row["version"],
            seller=row["seller"],
            compose_room=row["workshop"],
            created_at=time_from_text(row["created_at"]),
            text=text_in(self._cipher, row),
            price=None if row["price"] is None else Money(row["price"], row["currency"]),
            state=OfferState(row["state"]),
            collect_window=nullable(_FLAG.read, row["flag"]),
            draft_card_event=row["card"],
            schedule=nullable(_PLAN.read, row["plan"]),
            in_storefront=bool(row["public"]),
            keep_location=nullable(bool, row["keep_location"]),
            attachments=tuple(attachment_from_row(self._cipher, each) for each in attachments),
            listings=tuple(_listing_from_row(each) for each in listings),
        )
        self._loaded[offer.id] = offer
        return offer


def _listing_from_row(row: Row) -> Listing:
    return Listing(
        room=row["room"],
        placeholder=row["placeholder"],
        teaser=row["teaser"],
        posted_completely=bool(row["finished"]),
    )
