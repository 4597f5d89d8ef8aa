"""Offers, by where they stand and whose they are."""

from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_duplicates import TWINS, twin_from_row
from appservice.db.repositories.sql_offer_texts import text_in
from appservice.db.transaction import Transaction
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer_hit import OfferHit
from bot.ids import OfferId, RoomId, UserId

_OF_ROOM = """
    SELECT offers.id, offers.text FROM listings JOIN offers ON offers.id = listings.offer
    WHERE listings.room = ? AND listings.placeholder IS NOT NULL AND offers.state = 'open'
    ORDER BY offers.created_at DESC, offers.id
"""
_LISTED_IN = """
    SELECT offers.id FROM listings JOIN offers ON offers.id = listings.offer
    WHERE listings.room = ? ORDER BY offers.created_at, offers.id
"""
_SHOWN_BY = """
    SELECT id, text FROM offers WHERE seller = ? AND public = 1 AND state = 'open' AND EXISTS (
        SELECT 1 FROM listings WHERE listings.offer = offers.id AND placeholder IS NOT NULL
    ) ORDER BY created_at DESC, id
"""
_ON_SALE_ALREADY = f"""
    {TWINS}
    JOIN offers AS this ON this.id = mine.offer
    JOIN offers AS other ON other.id = theirs.offer AND other.seller = this.seller AND other.state = 'open'
    WHERE mine.offer = ? ORDER BY own.position, other.created_at, other.id
"""


class SqlCatalogue:
    """The questions that `SqlOffers` answers about many offers."""

    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def of_room(self, room: RoomId) -> tuple[OfferHit, ...]:
        rows = await self._transaction.rows(_OF_ROOM, room)
        return tuple(OfferHit(OfferId(row["id"]), text_in(self._cipher, row)) for row in rows)

    async def listed_in(self, room: RoomId) -> tuple[OfferId, ...]:
        rows = await self._transaction.rows(_LISTED_IN, room)
        return tuple(OfferId(row["id"]) for row in rows)

    async def of_seller(self, seller: UserId, *, discarded: bool = False) -> tuple[OfferId, ...]:
        rows = await self._transaction.rows(
            "SELECT id FROM offers WHERE seller = ? AND (state <> 'discarded' OR ? = 1)"
            " ORDER BY created_at DESC, id",
            seller,
            int(discarded),
        )
        return tuple(OfferId(row["id"]) for row in rows)

    async def on_sale_already(self, offer: OfferId) -> tuple[DuplicateFile, ...]:
        rows = await self._transaction.rows(_ON_SALE_ALREADY, offer)
        return tuple(twin_from_row(self._cipher, row) for row in rows)

    async def shown_by(self, seller: UserId) -> tuple[OfferHit, ...]:
        rows = await self._transaction.rows(_SHOWN_BY, seller)
        return tuple(OfferHit(OfferId(row["id"]), text_in(self._cipher, row)) for row in rows)

    async def planned_by(self, seller: UserId) -> tuple[OfferId, ...]:
        rows = await self._transaction.rows(
            "SELECT id FROM offers WHERE seller = ? AND state = 'draft' AND plan IS NOT NULL"
            " ORDER BY created_at, id",
            seller,
        )
        return tuple(OfferId(row["id"]) for row in rows)
