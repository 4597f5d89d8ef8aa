"""Verbs that others are made of, each put together once."""

from dataclasses import dataclass

from bot.bootstrap.bot_ports import Ports, Rules
from bot.services.auth.authorization import Standing
from bot.services.auth.login import SignInBrowser
from bot.services.auth.login_links import MakeSignInLink
from bot.services.checkout.purchase_link import PersonalLinks
from bot.services.checkout.seller_accounts import SellersAccounts
from bot.services.checkout.send_purchase_link import SendPersonalLink
from bot.services.delivery.redeliver import SendAgain
from bot.services.inbound.failed_items import FailedItems
from bot.services.inbound.remember_identities import RememberIdentities
from bot.services.inbound.vet_sender import VetSender
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.file_message import HandOver
from bot.services.messaging.media_cache import HomeserverCopies
from bot.services.offers.duplicates import FindTwins
from bot.services.offers.edit_offer import ChangeOffer
from bot.services.offers.edit_storefront import KeepStorefront
from bot.services.offers.placeholder import Showing
from bot.services.offers.publish_offer import PutOnSale
from bot.services.offers.room_catalogue import KeepShop, ShopWindow
from bot.services.offers.schedule_sale import PlanSale
from bot.services.operations.rotate_keys import RewrapContentKeys
from bot.services.payments.gift_purchase import GiveAway
from bot.services.payments.reconcile import Reconcile
from bot.services.payments.record_payment import RecordMoney
from bot.services.payments.right_of_withdrawal import WithdrawFromPurchase
from bot.services.payments.settle_payment import SettleCheckout
from bot.services.privacy.erase_user import ForgetPerson
from bot.services.privacy.write_data_export import TakeOwnData
from bot.services.retention.cleanup import TidyRecords
from bot.services.retention.expire_offers import SweepOrphans
from bot.services.room_sale.collect_files import EndListening
from bot.services.uploads.encrypt_attachment import SealContent
from bot.services.uploads.fingerprint_key import Fingerprints
from bot.services.uploads.part_store import SealedParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    standing: Standing
    copies: HomeserverCopies
    hand_over: HandOver
    showing: Showing
    direct_room: DirectRoom
    end_listening: EndListening
    personal: PersonalLinks
    send_again: SendAgain
    send_link: SendPersonalLink
    record: RecordMoney
    settle: SettleCheckout
    reconcile: Reconcile
    change_offer: ChangeOffer
    give_away: GiveAway
    accounts: SellersAccounts
    sweep_orphans: SweepOrphans
    sign_in: SignInBrowser
    make_sign_in_link: MakeSignInLink
    fingerprints: Fingerprints
    seal: SealContent
    sealed_parts: SealedParts
    put_on_sale: PutOnSale
    plan_sale: PlanSale
    find_twins: FindTwins
    keep_storefront: KeepStorefront
    rewrap_keys: RewrapContentKeys
    shop_window: ShopWindow
    keep_shop: KeepShop
    take_own_data: TakeOwnData
    withdraw: WithdrawFromPurchase
    forget_person: ForgetPerson
    tidy_records: TidyRecords
    vet: VetSender


def parts_of(p: Ports, r: Rules, failed: FailedItems) -> Parts:
    copies = HomeserverCopies(p.store, p.media, p.blobs, p.vault)
    hand_over = HandOver(p.vault, copies)
    direct_room = DirectRoom(p.store, p.rooms, p.state, p.doors, r.bot, r.private)
    record = RecordMoney(p.store, p.clock)
    standing = Standing(p.store, r.permissions, p.memberships, p.policy_lists)
    personal = PersonalLinks(p.store, p.rooms, p.state, p.clock, r.links)
    accounts = SellersAccounts(p.store, p.onboarding, p.clock, r.checkout.commission is not None)
    shop_window = ShopWindow(p.store)
    fingerprints = Fingerprints(p.store, p.vault)
    put_on_sale = PutOnSale(p.store, p.state, standing, r.bot, accounts, r.quotas, p.clock)
    return Parts(
        take_own_data=TakeOwnData(p.store, p.clock, r.time_zone),
        forget_person=ForgetPerson(p.store, p.clock),
        tidy_records=TidyRecords(p.store, p.clock, r.retention),
        withdraw=WithdrawFromPurchase(p.store, p.clock, r.withdrawal_days),
        shop_window=shop_window,
        keep_shop=KeepShop(p.store, p.rooms, shop_window, p.clock),
        standing=standing,
        copies=copies,
        hand_over=hand_over,
        showing=Showing(copies, hand_over, p.pictures, p.state, p.encryption, r.links),
        direct_room=direct_room,
        end_listening=EndListening(p.store, p.rooms, p.clock, p.gate, r.windows.gathering),
        personal=personal,
        send_again=SendAgain(p.store, p.clock),
        send_link=SendPersonalLink(p.store, p.rooms, direct_room, standing, p.clock, personal),
        record=record,
        give_away=GiveAway(p.store, p.state, standing, personal, record, p.clock),
        settle=SettleCheckout(p.store, p.processor, record, p.clock, r.live),
        accounts=accounts,
        sweep_orphans=SweepOrphans(p.store, p.blobs, p.clock, r.visits_kept),
        rewrap_keys=RewrapContentKeys(p.store, p.vault, (fingerprints, p.record_key)),
        reconcile=Reconcile(p.store, p.payment_history, p.clock, failed),
        change_offer=ChangeOffer(p.store, standing, p.clock),
        seal=SealContent(p.blobs, p.vault, p.pictures, fingerprints),
        sealed_parts=SealedParts(p.blobs, p.vault),
        fingerprints=fingerprints,
        put_on_sale=put_on_sale,
        keep_storefront=KeepStorefront(p.store, standing),
        find_twins=FindTwins(p.store, p.state),
        plan_sale=PlanSale(p.store, put_on_sale, p.clock),
        vet=VetSender(
            p.store,
            p.encryption,
            RememberIdentities(p.store, p.clock, r.permissions.admins()),
            r.signed_only,
        ),
        make_sign_in_link=MakeSignInLink(p.store, p.clock, r.links),
        sign_in=SignInBrowser(p.store, p.clock, standing),
    )
