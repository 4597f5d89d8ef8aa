"""Putting the verbs together: given the world's ports and the rules of the house, everything the bot does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.assembly.chat import dispatch
from bot.assembly.later import Handler, handlers
from bot.assembly.parts import parts_of
from bot.assembly.world import Ports, Rules
from bot.books.statement import Statement
from bot.books.take_own_data import TakeOwnData
from bot.claiming.open import OpenInBrowser
from bot.claiming.prove import BeginClaim
from bot.delivering.undelivered import TakeUpDeliveries
from bot.desk.composer import Composer
from bot.desk.library import LibraryShelf
from bot.desk.offers import Desk
from bot.desk.sales import SalesDesk
from bot.desk.storefront import StorefrontDesk
from bot.events import Event
from bot.failed_items import CountFailure, FailedItems, count_nothing
from bot.fees import Fees
from bot.hearing.admit import AdmitHandover, Paces
from bot.hearing.hold import HoldEncrypted
from bot.hearing.read import HearEncrypted
from bot.hearing.receive import ReceiveTransaction
from bot.hearing.retry import HandleFailedItem
from bot.hearing.ungate import ReceiveHandover, Ungate
from bot.jobs import FailedItem, HandleEvent, Job
from bot.moderating.forget_person import ForgetPerson
from bot.moderating.report import FileReport, LookAtReport
from bot.operators.page_fault import ReportPageFault
from bot.operators.rewrap import RewrapContentKeys
from bot.operators.stranger_at_gate import StrangerAtGate
from bot.paying.again import SendAgain
from bot.paying.ask import AskOnPage
from bot.paying.checkout import StartCheckout
from bot.paying.free_previews import FreePreviews
from bot.paying.give import GiveAway
from bot.paying.hints import ReceivePaymentEvent, Reconcile
from bot.paying.look import Look
from bot.paying.withdrawal import WithdrawFromPurchase
from bot.selling.forget import SweepOrphans
from bot.selling.own_draft import EditOwnDraft
from bot.selling.plan_sale import PlanSale
from bot.selling.put_on_sale import PutOnSale
from bot.selling.storefront import KeepStorefront, LookAtStorefront
from bot.selling.upload import UploadToDraft
from bot.selling.upload_in_parts import UploadInParts
from bot.selling.withdraw import ChangeOffer
from bot.signing_in.browser import SignInBrowser
from bot.signing_in.widget import SignInWidget
from bot.tidying.tidy import TidyRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """What the edges call."""

    failed: FailedItems
    receive_transaction: ReceiveTransaction
    hear_encrypted: HearEncrypted
    receive_handover: ReceiveHandover
    hold_encrypted: HoldEncrypted
    stranger_at_gate: StrangerAtGate
    report_page_fault: ReportPageFault
    receive_payment_event: ReceivePaymentEvent
    start_checkout: StartCheckout
    reconcile: Reconcile
    sweep_orphans: SweepOrphans
    take_up_deliveries: TakeUpDeliveries
    rewrap_keys: RewrapContentKeys
    tidy_records: TidyRecords
    look: Look
    free_previews: FreePreviews
    ask_on_page: AskOnPage
    send_again: SendAgain
    begin_claim: BeginClaim
    open_in_browser: OpenInBrowser
    file_report: FileReport
    look_at_report: LookAtReport
    writes_letters: bool
    sign_in: SignInBrowser
    sign_in_widget: SignInWidget
    desk: Desk
    fees: Fees
    change_offer: ChangeOffer
    give_away: GiveAway
    composer: Composer
    sales_desk: SalesDesk
    library_shelf: LibraryShelf
    withdraw_from_purchase: WithdrawFromPurchase
    take_own_data: TakeOwnData
    forget_person: ForgetPerson
    edit_draft: EditOwnDraft
    upload: UploadToDraft
    upload_in_parts: UploadInParts
    put_on_sale: PutOnSale
    plan_sale: PlanSale
    keep_storefront: KeepStorefront
    storefront_desk: StorefrontDesk
    look_at_storefront: LookAtStorefront
    handlers: Mapping[type[Job], Handler]


def assemble(
    ports: Ports,
    rules: Rules,
    understand: Callable[[Mapping[str, Any]], Event | None],
    count_failure: CountFailure = count_nothing,
) -> Bot:
    """`understand` turns a raw Matrix event into one of ours, or None."""
    p, r = ports, rules
    failed = FailedItems(p.store, p.clock, count_failure)
    parts = parts_of(p, r, failed)
    answer = dispatch(p, r, parts)

    free = FreePreviews(p.store, p.encryption, p.vault, p.blobs)
    look = Look(p.store, p.state, p.pictures, free, parts.settle, p.clock)

    admit = AdmitHandover(parts.standing, p.memberships, r.bot, Paces.at(p.clock))
    receive_handover, ungate = ReceiveHandover(p.store, admit), Ungate(p.store)

    hear_encrypted = HearEncrypted(p.store, p.encryption, p.clock, failed, r.bot)

    async def handle_event(job: HandleEvent) -> None:
        raw = await ungate(job.event)
        event = understand(raw) if raw is not None else None
        if event is not None:
            await answer(event)
        await ungate.handled(job.event)

    return Bot(
        failed=failed,
        receive_transaction=ReceiveTransaction(failed, r.bot),
        hear_encrypted=hear_encrypted,
        receive_handover=receive_handover,
        hold_encrypted=HoldEncrypted(p.encryption, receive_handover, p.clock, parts.vet),
        stranger_at_gate=StrangerAtGate(p.store, p.clock),
        report_page_fault=ReportPageFault(p.store, p.clock),
        receive_payment_event=ReceivePaymentEvent(p.store),
        start_checkout=StartCheckout(
            p.store,
            p.state,
            parts.direct_room,
            parts.standing,
            p.processor,
            p.clock,
            r.links,
            r.checkout,
        ),
        reconcile=parts.reconcile,
        sweep_orphans=parts.sweep_orphans,
        take_up_deliveries=TakeUpDeliveries(p.store),
        rewrap_keys=parts.rewrap_keys,
        tidy_records=parts.tidy_records,
        look=look,
        free_previews=free,
        send_again=parts.send_again,
        ask_on_page=AskOnPage.at(p.store, p.clock),
        file_report=FileReport(p.store, p.clock),
        look_at_report=LookAtReport(p.store),
        writes_letters=p.mail.works,
        begin_claim=BeginClaim(p.store, p.clock),
        open_in_browser=OpenInBrowser(p.store, p.vault, p.blobs, p.clock, look),
        sign_in=parts.sign_in,
        sign_in_widget=SignInWidget.at(p.store, p.clock, parts.standing, p.openid),
        fees=r.fees,
        desk=Desk(p.store, p.state, r.currency, r.checkout.commission is not None),
        change_offer=parts.change_offer,
        composer=Composer(
            p.store,
            p.state,
            p.common_rooms,
            p.blobs,
            p.vault,
            r.limits,
            parts.find_twins,
            p.clock,
            p.media,
        ),
        library_shelf=LibraryShelf(p.store, parts.send_again),
        withdraw_from_purchase=parts.withdraw,
        take_own_data=parts.take_own_data,
        forget_person=parts.forget_person,
        sales_desk=SalesDesk(p.store, Statement(p.store, r.time_zone), p.clock),
        edit_draft=EditOwnDraft(p.store, parts.standing, p.clock, r.currency),
        upload=UploadToDraft(p.store, p.clock, r.limits, r.quotas, parts.seal),
        upload_in_parts=UploadInParts(
            p.store,
            p.clock,
            r.limits,
            r.quotas,
            parts.sealed_parts,
            p.pictures,
            parts.fingerprints,
        ),
        put_on_sale=parts.put_on_sale,
        give_away=parts.give_away,
        plan_sale=parts.plan_sale,
        keep_storefront=parts.keep_storefront,
        storefront_desk=StorefrontDesk(p.store, p.state),
        look_at_storefront=LookAtStorefront(p.store, p.state, parts.standing),
        handlers={
            HandleEvent: handle_event,
            FailedItem: HandleFailedItem(p.store, hear_encrypted, r.bot),
            **handlers(p, r, parts),
        },
    )


__all__ = ["Bot", "Ports", "Rules", "assemble"]
