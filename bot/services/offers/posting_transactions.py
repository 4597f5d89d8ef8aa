"""The transaction ids under which an offer is posted in a room."""

from collections.abc import Callable

from bot.ids import OfferId, RoomId, TxId, tx_id
from bot.ports import Store

PostingTx = Callable[[str], TxId]
"""Return the transaction id of one part of a posting (`text`, `teaser`, …)."""


async def posting_txs(store: Store, offer: OfferId, room: RoomId) -> PostingTx:
    """Return the transaction ids for the events of an offer in a room.

    They differ after the placeholder was deleted there, because a homeserver answers a known transaction id with
    the deleted event.
    """
    async with store.begin() as uow:
        deleted = await uow.postings.deleted(offer, room)
    return lambda part: tx_id("publish", offer, room, part, *filter(None, [deleted]))
