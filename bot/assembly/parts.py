"""Verbs that others are made of, each put together once."""

from dataclasses import dataclass

from bot.assembly.world import Ports, Rules
from bot.books.take_own_data import TakeOwnData
from bot.delivering.copies import HomeserverCopies
from bot.delivering.direct import DirectRoom
from bot.delivering.handover import HandOver
from bot.failed_items import FailedItems
from bot.fingerprints import Fingerprints
from bot.hearing.remember import RememberIdentities
from bot.hearing.vet import VetSender
from bot.moderating.forget_person import ForgetPerson
from bot.operators.rewrap import RewrapContentKeys
from bot.paying.again import SendAgain
from bot.paying.buy import SendPersonalLink
from bot.paying.give import GiveAway
from bot.paying.hints import Reconcile
from bot.paying.personal import PersonalLinks
from bot.paying.record import RecordMoney
from bot.paying.settle import SettleCheckout
from bot.paying.withdrawal import WithdrawFromPurchase
from bot.selling.accounts import SellersAccounts
from bot.selling.forget import SweepOrphans
from bot.selling.listening import EndListening
from bot.selling.parts import SealedParts
from bot.selling.plan_sale import PlanSale
from bot.selling.put_on_sale import PutOnSale
from bot.selling.sealing import SealContent
from bot.selling.shop_window import KeepShop, ShopWindow
from bot.selling.showing import Showing
from bot.selling.storefront import KeepStorefront
from bot.selling.twins import FindTwins
from bot.selling.withdraw import ChangeOffer
from bot.signing_in.browser import SignInBrowser
from bot.signing_in.links import MakeSignInLink
from bot.standing import Standing
from bot.tidying.tidy import TidyRecords


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
