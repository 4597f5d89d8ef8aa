"""What happens later: the handler of each job."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.account_standing import LookAtSellersAccount
from bot.assembly.parts import Parts
from bot.assembly.world import Ports, Rules
from bot.delivering.choose_way import ChooseWay
from bot.delivering.deliver import DeliverPurchase
from bot.delivering.own_goods import ShowOwnGoods
from bot.delivering.take_back import TakeBackDeliveries
from bot.hearing.arrive import BringNewcomerUpToDate
from bot.hearing.read import AnswerUnread, ReadWhenKeyComes
from bot.jobs import (
    AlertAdmins,
    Audit,
    AwaitBooking,
    BringUpToDate,
    CallIn,
    CallInAll,
    Deliver,
    DestroyKeys,
    FollowUpgrade,
    GiveNotice,
    Job,
    LookAtAccount,
    Part,
    PostInReplacement,
    Preview,
    Publish,
    PublishLater,
    PurgeCopies,
    ReadEvents,
    ReadLater,
    RefreshShop,
    RewrapKeys,
    Seal,
    SendBack,
    Settle,
    SettlePayment,
    ShowAnew,
    ShowDraft,
    ShowGoods,
    StopListening,
    SweepBlobs,
    SweepUpload,
    TakeBack,
    TellBuyer,
    TellKeyMissing,
    TellPerson,
    TellSeller,
    TidyUp,
    Watch,
    WriteToAsker,
    WriteToReporter,
)
from bot.moderating.part import PartFromSomebody
from bot.moderating.write_to_reporter import SendLetter
from bot.operators.alert import TellAdmins
from bot.operators.tell import TellDecision
from bot.paying.ask import AnswerAsker
from bot.paying.await_booking import WatchBooking
from bot.paying.call_in import CallInCheckouts
from bot.paying.send_back import SendMoneyBack
from bot.paying.settle import SettlePaymentFacts, WatchCheckout
from bot.paying.tell import TellBuyerNews, TellSellerNews
from bot.selling.draft_card import ShowDraftCard
from bot.selling.forget import DestroyOfferKeys, ForgetUpload
from bot.selling.preview import PreviewDraft
from bot.selling.progress import SealingProgress
from bot.selling.publish import PublishOffer
from bot.selling.purge import PurgeHomeserverCopies
from bot.selling.seal import SealAttachment
from bot.selling.show_anew import ShowOfferAnew
from bot.selling.under_way import TellUnderWay
from bot.tidying.give_notice import TellOfRemoval
from bot.upgrading.follow import FollowIntoReplacement
from bot.upgrading.post import PostOfferInReplacement

Handler = Callable[[Any], Awaitable[None]]


def handlers(p: Ports, r: Rules, parts: Parts) -> Mapping[type[Job], Handler]:
    """Of all but events, which are dispatched."""
    tell = TellUnderWay(p.store, p.rooms, parts.direct_room, p.clock)
    call_in = CallInCheckouts(p.store, p.processor)
    publish = PublishOffer(p.store, p.rooms, p.state, parts.showing, tell, p.clock)
    purge = PurgeHomeserverCopies(p.store, p.media)
    return {
        ReadLater: ReadWhenKeyComes(p.store, p.encryption, p.clock, r.bot),
        TellKeyMissing: AnswerUnread(p.rooms, r.bot),
        BringUpToDate: BringNewcomerUpToDate(p.doors),
        Seal: SealAttachment(
            p.store,
            p.media,
            parts.seal,
            r.limits,
            r.quotas,
            SealingProgress(p.store, p.clock),
            parts.sealed_parts,
            purge,
        ),
        PurgeCopies: purge,
        ShowDraft: ShowDraftCard(p.store, p.rooms, tell, p.clock, parts.find_twins, p.media),
        StopListening: parts.end_listening.time_is_up,
        Publish: publish,
        PostInReplacement: PostOfferInReplacement(p.store, p.state, publish),
        FollowUpgrade: FollowIntoReplacement(
            p.store,
            p.rooms,
            p.state,
            p.doors,
            p.encryption,
            parts.keep_shop,
            p.clock,
            r.permissions,
            r.admin_room,
            r.bot,
        ),
        PublishLater: parts.plan_sale.time_has_come,
        Preview: PreviewDraft(
            p.store, p.rooms, p.state, parts.direct_room, parts.showing, parts.hand_over
        ),
        ShowGoods: ShowOwnGoods(p.store, p.rooms, parts.direct_room, parts.hand_over),
        ShowAnew: ShowOfferAnew(p.store, p.rooms, parts.showing),
        RefreshShop: parts.keep_shop.refresh,
        DestroyKeys: DestroyOfferKeys(p.store, p.clock),
        SweepBlobs: parts.sweep_orphans,
        TidyUp: parts.tidy_records,
        GiveNotice: TellOfRemoval(p.store, p.rooms, parts.direct_room, p.clock, r.retention),
        SweepUpload: ForgetUpload(p.store, p.clock, parts.sealed_parts),
        WriteToAsker: AnswerAsker(
            p.store, p.rooms, p.state, parts.direct_room, parts.standing, parts.personal
        ),
        RewrapKeys: parts.rewrap_keys,
        Settle: parts.settle,
        Watch: WatchCheckout(p.store, p.clock),
        AwaitBooking: WatchBooking(p.store, p.clock),
        SettlePayment: SettlePaymentFacts(
            p.store, p.processor, parts.record, p.clock, r.refund_on_warning
        ),
        LookAtAccount: LookAtSellersAccount(p.store, p.onboarding, p.clock),
        CallIn: call_in.one,
        CallInAll: call_in.all_of,
        SendBack: SendMoneyBack(p.store, p.rooms, p.processor, parts.direct_room, p.clock),
        ReadEvents: parts.reconcile.read_events,
        Audit: parts.reconcile.audit,
        Deliver: DeliverPurchase(
            p.store,
            p.rooms,
            p.state,
            parts.direct_room,
            ChooseWay(p.store, parts.hand_over, r.links, p.clock),
            p.clock,
            r.withdrawal_days,
            r.patience,
        ),
        TakeBack: TakeBackDeliveries(p.store, p.rooms, p.clock),
        TellSeller: TellSellerNews(p.store, p.rooms, parts.direct_room),
        TellBuyer: TellBuyerNews(p.store, p.rooms, parts.direct_room),
        Part: PartFromSomebody(p.rooms, p.doors),
        WriteToReporter: SendLetter(p.store, p.mail, r.links, r.contact),
        TellPerson: TellDecision(p.rooms, parts.direct_room),
        AlertAdmins: TellAdmins(
            p.store,
            p.rooms,
            p.state,
            p.doors,
            parts.direct_room,
            r.admin_room,
            r.permissions.admins(),
        ),
    }
