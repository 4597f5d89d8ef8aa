"""Verbs that others are made of, each put together once."""

from dataclasses import dataclass

from bot.bootstrap.bot_ports import BotConfig, Ports
from bot.services.auth.authorization import Authorizer
from bot.services.auth.login import LoginService
from bot.services.auth.login_links import CreateLoginLink
from bot.services.checkout.purchase_link import PurchaseLinks
from bot.services.checkout.seller_accounts import ConnectService
from bot.services.checkout.send_purchase_link import SendPurchaseLink
from bot.services.delivery.redeliver import Redeliver
from bot.services.inbound.failed_items import FailedItems
from bot.services.inbound.remember_identities import RememberIdentities
from bot.services.inbound.vet_sender import VetSender
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.file_message import BuildFileMessage
from bot.services.messaging.media_cache import CachedMedia
from bot.services.offers.duplicates import FindDuplicates
from bot.services.offers.edit_offer import EditOffer
from bot.services.offers.edit_storefront import EditStorefront
from bot.services.offers.placeholder import BuildPlaceholder
from bot.services.offers.publish_offer import PublishOffer
from bot.services.offers.room_catalogue import BuildRoomCatalogue, RoomCatalogue
from bot.services.offers.schedule_sale import ScheduleSale
from bot.services.operations.rotate_keys import RewrapContentKeys
from bot.services.payments.gift_purchase import GiftPurchase
from bot.services.payments.reconcile import Reconcile
from bot.services.payments.record_payment import RecordPayment
from bot.services.payments.right_of_withdrawal import CancelPurchase
from bot.services.payments.settle_payment import SettleCheckout
from bot.services.privacy.erase_user import EraseUser
from bot.services.privacy.write_data_export import ExportOwnData
from bot.services.retention.cleanup import CleanUpRecords
from bot.services.retention.expire_offers import DeleteOrphans
from bot.services.room_sale.end_collecting import EndCollecting
from bot.services.uploads.encrypt_attachment import EncryptContent
from bot.services.uploads.fingerprint_key import FingerprintKey
from bot.services.uploads.part_store import PartStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    authorizer: Authorizer
    cached_media: CachedMedia
    build_file_message: BuildFileMessage
    build_placeholder: BuildPlaceholder
    direct_room: DirectRoom
    end_collecting: EndCollecting
    purchase_links: PurchaseLinks
    redeliver: Redeliver
    send_purchase_link: SendPurchaseLink
    record_payment: RecordPayment
    settle: SettleCheckout
    reconcile: Reconcile
    edit_offer: EditOffer
    gift_purchase: GiftPurchase
    connect_service: ConnectService
    delete_orphans: DeleteOrphans
    login_service: LoginService
    create_login_link: CreateLoginLink
    fingerprint_key: FingerprintKey
    encrypt_content: EncryptContent
    part_store: PartStore
    publish_offer: PublishOffer
    schedule_sale: ScheduleSale
    find_duplicates: FindDuplicates
    edit_storefront: EditStorefront
    rewrap_keys: RewrapContentKeys
    build_room_catalogue: BuildRoomCatalogue
    room_catalogue: RoomCatalogue
    export_own_data: ExportOwnData
    cancel_purchase: CancelPurchase
    erase_user: EraseUser
    clean_up_records: CleanUpRecords
    vet: VetSender


def build_services(ports: Ports, config: BotConfig, failed: FailedItems) -> Services:
    copies = CachedMedia(ports.store, ports.media, ports.blobs, ports.vault)
    hand_over = BuildFileMessage(ports.vault, copies)
    direct_room = DirectRoom(
        ports.store, ports.rooms, ports.state, ports.membership, config.bot, config.private
    )
    record = RecordPayment(ports.store, ports.clock)
    standing = Authorizer(ports.store, config.permissions, ports.memberships, ports.policy_lists)
    personal = PurchaseLinks(ports.store, ports.rooms, ports.state, ports.clock, config.urls)
    accounts = ConnectService(
        ports.store, ports.onboarding, ports.clock, config.checkout.commission is not None
    )
    shop_window = BuildRoomCatalogue(ports.store)
    fingerprints = FingerprintKey(ports.store, ports.vault)
    put_on_sale = PublishOffer(
        ports.store, ports.state, standing, config.bot, accounts, config.quotas, ports.clock
    )
    return Services(
        export_own_data=ExportOwnData(ports.store, ports.clock, config.time_zone),
        erase_user=EraseUser(ports.store, ports.clock),
        clean_up_records=CleanUpRecords(ports.store, ports.clock, config.retention),
        cancel_purchase=CancelPurchase(ports.store, ports.clock, config.withdrawal_days),
        build_room_catalogue=shop_window,
        room_catalogue=RoomCatalogue(ports.store, ports.rooms, shop_window, ports.clock),
        authorizer=standing,
        cached_media=copies,
        build_file_message=hand_over,
        build_placeholder=BuildPlaceholder(
            copies, hand_over, ports.pictures, ports.state, ports.encryption, config.urls
        ),
        direct_room=direct_room,
        end_collecting=EndCollecting(
            ports.store, ports.rooms, ports.clock, ports.gate, config.windows.gathering
        ),
        purchase_links=personal,
        redeliver=Redeliver(ports.store, ports.clock),
        send_purchase_link=SendPurchaseLink(
            ports.store, ports.rooms, direct_room, standing, ports.clock, personal
        ),
        record_payment=record,
        gift_purchase=GiftPurchase(
            ports.store, ports.state, standing, personal, record, ports.clock
        ),
        settle=SettleCheckout(ports.store, ports.processor, record, ports.clock, config.live),
        connect_service=accounts,
        delete_orphans=DeleteOrphans(ports.store, ports.blobs, ports.clock, config.visits_kept),
        rewrap_keys=RewrapContentKeys(ports.store, ports.vault, (fingerprints, ports.record_key)),
        reconcile=Reconcile(ports.store, ports.payment_history, ports.clock, failed),
        edit_offer=EditOffer(ports.store, standing, ports.clock),
        encrypt_content=EncryptContent(
            ports.blobs, ports.vault, ports.pictures, fingerprints, config.remove_location
        ),
        part_store=PartStore(ports.blobs, ports.vault),
        fingerprint_key=fingerprints,
        publish_offer=put_on_sale,
        edit_storefront=EditStorefront(ports.store, standing),
        find_duplicates=FindDuplicates(ports.store, ports.state),
        schedule_sale=ScheduleSale(ports.store, put_on_sale, ports.clock),
        vet=VetSender(
            ports.store,
            ports.encryption,
            RememberIdentities(ports.store, ports.clock, config.permissions.admins()),
            config.signed_only,
        ),
        create_login_link=CreateLoginLink(ports.store, ports.clock, config.urls),
        login_service=LoginService(ports.store, ports.clock, standing),
    )
