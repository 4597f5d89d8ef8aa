"""What happens later: the handler of each job."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.assembly.parts import Parts
from bot.assembly.world import Ports, Rules
from bot.delivering.deliver import DeliverPurchase, ShowOwnGoods, TellSellerOfSale
from bot.hearing.read import AnswerUnread, ReadWhenKeyComes
from bot.jobs import (
    Deliver,
    Job,
    Preview,
    Publish,
    ReadLater,
    Seal,
    Settle,
    ShowDraft,
    ShowGoods,
    StopListening,
    TellKeyMissing,
    TellSeller,
)
from bot.selling.draft_card import ShowDraftCard
from bot.selling.preview import PreviewDraft
from bot.selling.publish import PublishOffer
from bot.selling.seal import SealAttachment

Handler = Callable[[Any], Awaitable[None]]


def handlers(p: Ports, r: Rules, parts: Parts) -> Mapping[type[Job], Handler]:
    """Of all but events, which are dispatched."""
    return {
        ReadLater: ReadWhenKeyComes(p.store, p.encryption, p.clock, r.bot),
        TellKeyMissing: AnswerUnread(p.rooms, r.bot),
        Seal: SealAttachment(p.store, p.media, p.blobs, p.vault, p.pictures, r.limits),
        ShowDraft: ShowDraftCard(p.store, p.rooms),
        StopListening: parts.end_listening.time_is_up,
        Publish: PublishOffer(p.store, p.rooms, p.state, parts.showing, parts.direct_room),
        Preview: PreviewDraft(p.store, p.rooms, p.state, parts.showing, parts.hand_over),
        ShowGoods: ShowOwnGoods(p.store, p.rooms, parts.hand_over),
        Settle: parts.settle,
        Deliver: DeliverPurchase(
            p.store, p.rooms, p.state, parts.direct_room, parts.hand_over, p.clock
        ),
        TellSeller: TellSellerOfSale(p.store, p.rooms, parts.direct_room),
    }
