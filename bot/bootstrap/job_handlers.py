"""Build the handler of each job except HandleEvent and FailedItem."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.bootstrap.bot_ports import BotConfig, Ports
from bot.bootstrap.services import Services
from bot.jobs import Job
from bot.jobs.delivery_jobs import Deliver, RevokeDelivery
from bot.jobs.inbound_jobs import BackfillJoin, NotifyUndecryptable, RetryDecrypt
from bot.jobs.moderation_jobs import EmailReporter, LeaveRoom, NotifyUser
from bot.jobs.offer_jobs import (
    Cleanup,
    CloseCollectWindow,
    DeleteOrphanBlobs,
    DestroyKeys,
    EncryptAttachment,
    ExpireUpload,
    NotifyRemoval,
    PostInReplacement,
    PostListings,
    PostPreview,
    PublishScheduled,
    PurgeCopies,
    RefreshDraftCard,
    RefreshPlaceholders,
    RefreshRoomCatalogue,
    SendSellerCopy,
)
from bot.jobs.operator_jobs import AlertAdmins, RewrapKeys
from bot.jobs.payment_jobs import (
    AwaitBalanceTransaction,
    ExpireCheckout,
    ExpireOfferCheckouts,
    NotifyBuyer,
    NotifySeller,
    PollCheckout,
    ReconcileCheckouts,
    RefreshAccountStatus,
    RefundPayment,
    RefundUnknown,
    SendRequestedLink,
    Settle,
    SettlePayment,
    SyncPaymentEvents,
)
from bot.jobs.upgrade_jobs import FollowUpgrade
from bot.services.checkout.account_status import CheckAccountStatus
from bot.services.checkout.expire_checkouts import ExpireCheckouts
from bot.services.checkout.request_link import AnswerLinkRequest
from bot.services.delivery.choose_channel import ChooseChannel
from bot.services.delivery.deliver import DeliverPurchase
from bot.services.delivery.revoke import RevokeDeliveries
from bot.services.delivery.seller_copy import SendSellerCopies
from bot.services.drafts.encrypt_progress import EncryptProgress
from bot.services.inbound.decrypt import AnswerUndecryptable, DecryptLater
from bot.services.inbound.member_joined import BackfillNewMember
from bot.services.moderation.email_reporter import SendReportEmail
from bot.services.offers.draft_card import DraftCardUpdater
from bot.services.offers.post_offer import PostOffer
from bot.services.offers.preview_offer import PreviewDraft
from bot.services.offers.purge_copies import PurgeHomeserverCopies
from bot.services.offers.status_message import ShowProgress
from bot.services.offers.update_placeholders import UpdatePlaceholders
from bot.services.operations.alert_admins import SendAlert
from bot.services.operations.notify_user import SendNotice
from bot.services.payments.await_booking import PollBalanceTransaction
from bot.services.payments.notify_payment import SendBuyerNotification, SendSellerNotification
from bot.services.payments.recover_purchases import RefundUnknownPayment
from bot.services.payments.refund_payment import SendRefund
from bot.services.payments.settle_payment import CheckoutPoller, SettlePaymentSnapshot
from bot.services.privacy.leave_room import LeaveDirectRoom
from bot.services.retention.expire_offers import DeleteUpload, DestroyOfferKeys
from bot.services.retention.notify_removal import SendRemovalNotice
from bot.services.room_upgrades.follow_upgrade import MoveToReplacement
from bot.services.room_upgrades.post_in_replacement import PostOfferInReplacement
from bot.services.uploads.encrypt_job import AttachmentEncryptor

Handler = Callable[[Any], Awaitable[None]]


def handlers(ports: Ports, config: BotConfig, services: Services) -> Mapping[type[Job], Handler]:
    """Of all but events, which are dispatched."""
    tell = ShowProgress(ports.store, ports.rooms, services.direct_room, ports.clock)
    call_in = ExpireCheckouts(ports.store, ports.processor)
    publish = PostOffer(
        ports.store, ports.rooms, ports.state, services.build_placeholder, tell, ports.clock
    )
    purge = PurgeHomeserverCopies(ports.store, ports.media)
    return {
        RetryDecrypt: DecryptLater(ports.store, ports.encryption, ports.clock, config.bot),
        NotifyUndecryptable: AnswerUndecryptable(ports.rooms, config.bot),
        BackfillJoin: BackfillNewMember(ports.membership),
        EncryptAttachment: AttachmentEncryptor(
            ports.store,
            ports.media,
            services.encrypt_content,
            config.limits,
            config.quotas,
            EncryptProgress(ports.store, ports.clock),
            services.part_store,
            purge,
        ),
        PurgeCopies: purge,
        RefreshDraftCard: DraftCardUpdater(
            ports.store, ports.rooms, tell, ports.clock, services.find_duplicates, ports.media
        ),
        CloseCollectWindow: services.end_collecting.time_is_up,
        PostListings: publish,
        PostInReplacement: PostOfferInReplacement(ports.store, ports.state, publish),
        FollowUpgrade: MoveToReplacement(
            ports.store,
            ports.rooms,
            ports.state,
            ports.membership,
            ports.encryption,
            services.room_catalogue,
            ports.clock,
            config.permissions,
            config.admin_room,
            config.bot,
        ),
        PublishScheduled: services.schedule_sale.publish_due,
        PostPreview: PreviewDraft(
            ports.store,
            ports.rooms,
            ports.state,
            services.direct_room,
            services.build_placeholder,
            services.build_file_message,
        ),
        SendSellerCopy: SendSellerCopies(
            ports.store, ports.rooms, services.direct_room, services.build_file_message
        ),
        RefreshPlaceholders: UpdatePlaceholders(
            ports.store, ports.rooms, services.build_placeholder, ports.clock
        ),
        RefreshRoomCatalogue: services.room_catalogue.refresh,
        DestroyKeys: DestroyOfferKeys(ports.store, ports.clock),
        DeleteOrphanBlobs: services.delete_orphans,
        Cleanup: services.clean_up_records,
        NotifyRemoval: SendRemovalNotice(
            ports.store, ports.rooms, services.direct_room, ports.clock, config.retention
        ),
        ExpireUpload: DeleteUpload(ports.store, ports.clock, services.part_store),
        SendRequestedLink: AnswerLinkRequest(
            ports.store,
            ports.rooms,
            ports.state,
            services.direct_room,
            services.authorizer,
            services.purchase_links,
        ),
        RewrapKeys: services.rewrap_keys,
        Settle: services.settle,
        PollCheckout: CheckoutPoller(ports.store, ports.clock),
        AwaitBalanceTransaction: PollBalanceTransaction(ports.store, ports.clock),
        SettlePayment: SettlePaymentSnapshot(
            ports.store,
            ports.processor,
            services.record_payment,
            ports.clock,
            config.refund_on_warning,
        ),
        RefreshAccountStatus: CheckAccountStatus(ports.store, ports.onboarding, ports.clock),
        ExpireCheckout: call_in.one,
        ExpireOfferCheckouts: call_in.all_of,
        RefundPayment: SendRefund(
            ports.store, ports.rooms, ports.processor, services.direct_room, ports.clock
        ),
        RefundUnknown: RefundUnknownPayment(ports.store, ports.processor),
        SyncPaymentEvents: services.reconcile.read_events,
        ReconcileCheckouts: services.reconcile.audit,
        Deliver: DeliverPurchase(
            ports.store,
            ports.rooms,
            ports.state,
            services.direct_room,
            ChooseChannel(ports.store, services.build_file_message, config.urls, ports.clock),
            ports.clock,
            config.withdrawal_days,
            config.patience,
        ),
        RevokeDelivery: RevokeDeliveries(ports.store, ports.rooms, ports.clock),
        NotifySeller: SendSellerNotification(ports.store, ports.rooms, services.direct_room),
        NotifyBuyer: SendBuyerNotification(ports.store, ports.rooms, services.direct_room),
        LeaveRoom: LeaveDirectRoom(ports.rooms, ports.membership),
        EmailReporter: SendReportEmail(ports.store, ports.mailer, config.urls, config.contact),
        NotifyUser: SendNotice(ports.rooms, services.direct_room),
        AlertAdmins: SendAlert(
            ports.store,
            ports.rooms,
            ports.state,
            ports.membership,
            services.direct_room,
            config.admin_room,
            config.permissions.admins(),
        ),
    }
