"""Putting the verbs together: given the world's ports and the rules of the house, everything the bot does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.bootstrap.bot_ports import Ports, Rules
from bot.bootstrap.command_registry import dispatch
from bot.bootstrap.job_handlers import Handler, handlers
from bot.bootstrap.services import parts_of
from bot.domain.matrix.matrix_event import Event
from bot.domain.money.fees import Fees
from bot.jobs import FailedItem, HandleEvent, Job
from bot.services.auth.login import SignInBrowser
from bot.services.auth.widget_login import SignInWidget
from bot.services.checkout.request_link import AskOnPage
from bot.services.checkout.start_checkout import StartCheckout
from bot.services.delivery.redeliver import SendAgain
from bot.services.delivery.undelivered import TakeUpDeliveries
from bot.services.delivery.verify_browser import BeginClaim
from bot.services.drafts.web_draft import EditOwnDraft
from bot.services.inbound.admit_interception import AdmitHandover, Paces
from bot.services.inbound.decrypt import HearEncrypted
from bot.services.inbound.failed_items import CountFailure, FailedItems, count_nothing
from bot.services.inbound.gate_inspect import HoldEncrypted
from bot.services.inbound.gate_restore import ReceiveHandover, Ungate
from bot.services.inbound.receive_transaction import ReceiveTransaction
from bot.services.inbound.retry_failed_item import HandleFailedItem
from bot.services.moderation.submit_report import FileReport, LookAtReport
from bot.services.offers.edit_offer import ChangeOffer
from bot.services.offers.edit_storefront import KeepStorefront
from bot.services.offers.publish_offer import PutOnSale
from bot.services.offers.schedule_sale import PlanSale
from bot.services.operations.gate_auth_failed import StrangerAtGate
from bot.services.operations.page_failure import ReportPageFault
from bot.services.operations.rotate_keys import RewrapContentKeys
from bot.services.payments.gift_purchase import GiveAway
from bot.services.payments.reconcile import ReceivePaymentEvent, Reconcile
from bot.services.payments.right_of_withdrawal import WithdrawFromPurchase
from bot.services.privacy.erase_user import ForgetPerson
from bot.services.privacy.write_data_export import TakeOwnData
from bot.services.reporting.statement import Statement
from bot.services.retention.cleanup import TidyRecords
from bot.services.retention.expire_offers import SweepOrphans
from bot.services.uploads.form_upload import UploadToDraft
from bot.services.uploads.resumable_upload import UploadInParts
from bot.views.browser_download import OpenInBrowser
from bot.views.draft_view import Composer
from bot.views.free_previews import FreePreviews
from bot.views.library_view import LibraryShelf
from bot.views.offer_page import Look
from bot.views.seller_offers import Desk
from bot.views.seller_sales import SalesDesk
from bot.views.storefront_page import LookAtStorefront
from bot.views.storefront_view import StorefrontDesk


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
