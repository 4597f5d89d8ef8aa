"""What happens later: the handler of each job."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.bootstrap.bot_ports import Ports, Rules
from bot.bootstrap.services import Parts
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
    RefundUnknown,
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
from bot.services.checkout.account_status import LookAtSellersAccount
from bot.services.checkout.expire_checkouts import CallInCheckouts
from bot.services.checkout.request_link import AnswerAsker
from bot.services.delivery.choose_channel import ChooseWay
from bot.services.delivery.deliver import DeliverPurchase
from bot.services.delivery.revoke import TakeBackDeliveries
from bot.services.delivery.seller_copy import ShowOwnGoods
from bot.services.drafts.encrypt_progress import SealingProgress
from bot.services.inbound.decrypt import AnswerUnread, ReadWhenKeyComes
from bot.services.inbound.member_joined import BringNewcomerUpToDate
from bot.services.moderation.email_reporter import SendLetter
from bot.services.offers.draft_card import ShowDraftCard
from bot.services.offers.post_offer import PublishOffer
from bot.services.offers.preview_offer import PreviewDraft
from bot.services.offers.purge_copies import PurgeHomeserverCopies
from bot.services.offers.status_message import TellUnderWay
from bot.services.offers.update_placeholders import ShowOfferAnew
from bot.services.operations.alert_admins import TellAdmins
from bot.services.operations.notify_user import TellDecision
from bot.services.payments.await_booking import WatchBooking
from bot.services.payments.notify_payment import TellBuyerNews, TellSellerNews
from bot.services.payments.recover_purchases import RefundUnknownPayment
from bot.services.payments.refund_payment import SendMoneyBack
from bot.services.payments.settle_payment import SettlePaymentFacts, WatchCheckout
from bot.services.privacy.leave_room import PartFromSomebody
from bot.services.retention.expire_offers import DestroyOfferKeys, ForgetUpload
from bot.services.retention.notify_removal import TellOfRemoval
from bot.services.room_upgrades.follow_upgrade import FollowIntoReplacement
from bot.services.room_upgrades.post_in_replacement import PostOfferInReplacement
from bot.services.uploads.encrypt_job import SealAttachment

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
        ShowAnew: ShowOfferAnew(p.store, p.rooms, parts.showing, p.clock),
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
        RefundUnknown: RefundUnknownPayment(p.store, p.processor),
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
