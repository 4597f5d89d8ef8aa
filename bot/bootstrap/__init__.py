"""Composition root: build all services of the bot from its ports and its configuration."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bootstrap.bot_ports import BotConfig, Ports
from bot.bootstrap.command_registry import dispatch
from bot.bootstrap.job_handlers import Handler, handlers
from bot.bootstrap.services import build_services
from bot.domain.money.fees import Fees
from bot.jobs import Job
from bot.jobs.inbound_jobs import FailedItem, HandleEvent
from bot.services.auth.login import LoginService
from bot.services.auth.widget_login import WidgetLogin
from bot.services.checkout.request_link import RequestLink
from bot.services.checkout.start_checkout import StartCheckout
from bot.services.delivery.redeliver import Redeliver
from bot.services.delivery.undelivered import ResumeDeliveries
from bot.services.delivery.verify_browser import StartDownload
from bot.services.drafts.web_draft import EditDraft
from bot.services.inbound.admit_interception import AdmitInterception, InterceptionRates
from bot.services.inbound.decrypt import DecryptEvents
from bot.services.inbound.failed_items import CountFailure, FailedItems, count_nothing
from bot.services.inbound.gate_inspect import InspectEncrypted
from bot.services.inbound.gate_restore import ReceiveInterception, RestoreIntercepted
from bot.services.inbound.handle_event import EventHandler, ParseEvent
from bot.services.inbound.receive_transaction import ReceiveTransaction
from bot.services.inbound.retry_failed_item import RetryFailedItem
from bot.services.moderation.submit_report import GetReport, SubmitReport
from bot.services.offers.edit_offer import EditOffer
from bot.services.offers.edit_storefront import EditStorefront
from bot.services.offers.publish_offer import PublishOffer
from bot.services.offers.schedule_sale import ScheduleSale
from bot.services.operations.gate_auth_failed import ReportGateAuthFailure
from bot.services.operations.page_failure import ReportPageFailure
from bot.services.operations.rotate_keys import RewrapContentKeys
from bot.services.payments.gift_purchase import GiftPurchase
from bot.services.payments.reconcile import ReceivePaymentEvent, Reconcile
from bot.services.payments.right_of_withdrawal import CancelPurchase
from bot.services.privacy.erase_user import EraseUser
from bot.services.privacy.write_data_export import ExportOwnData
from bot.services.reporting.statement import Statement
from bot.services.retention.cleanup import CleanUpRecords
from bot.services.retention.expire_offers import DeleteOrphans
from bot.services.uploads.form_upload import UploadToDraft
from bot.services.uploads.resumable_upload import ResumableUploads
from bot.views.browser_download import BrowserDownload
from bot.views.draft_view import DraftView
from bot.views.free_previews import FreePreviews
from bot.views.library_view import LibraryView
from bot.views.offer_page import OfferPageView
from bot.views.seller_offers import SellerOffersView
from bot.views.seller_sales import SellerSalesView
from bot.views.storefront_page import StorefrontPageView
from bot.views.storefront_view import StorefrontEditorView


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The services that web server, worker and command line call."""

    failed: FailedItems
    receive_transaction: ReceiveTransaction
    decrypt_events: DecryptEvents
    receive_interception: ReceiveInterception
    inspect_encrypted: InspectEncrypted
    report_gate_auth_failure: ReportGateAuthFailure
    report_page_failure: ReportPageFailure
    receive_payment_event: ReceivePaymentEvent
    start_checkout: StartCheckout
    reconcile: Reconcile
    delete_orphans: DeleteOrphans
    resume_deliveries: ResumeDeliveries
    rewrap_keys: RewrapContentKeys
    clean_up_records: CleanUpRecords
    offer_page_view: OfferPageView
    free_previews: FreePreviews
    request_link: RequestLink
    redeliver: Redeliver
    start_download: StartDownload
    browser_download: BrowserDownload
    submit_report: SubmitReport
    get_report: GetReport
    writes_letters: bool
    login_service: LoginService
    widget_login: WidgetLogin
    seller_offers_view: SellerOffersView
    fees: Fees
    edit_offer: EditOffer
    gift_purchase: GiftPurchase
    draft_view: DraftView
    seller_sales_view: SellerSalesView
    library_view: LibraryView
    cancel_purchase: CancelPurchase
    export_own_data: ExportOwnData
    erase_user: EraseUser
    edit_draft: EditDraft
    upload: UploadToDraft
    resumable_uploads: ResumableUploads
    publish_offer: PublishOffer
    schedule_sale: ScheduleSale
    edit_storefront: EditStorefront
    storefront_editor_view: StorefrontEditorView
    storefront_page_view: StorefrontPageView
    handlers: Mapping[type[Job], Handler]


def assemble(
    ports: Ports,
    rules: BotConfig,
    parse_event: ParseEvent,
    count_failure: CountFailure = count_nothing,
) -> Bot:
    """Build the bot. `parse_event` parses a raw Matrix event."""
    p, r = ports, rules
    failed = FailedItems(p.store, p.clock, count_failure)
    parts = build_services(p, r, failed)

    free_previews = FreePreviews(p.store, p.encryption, p.vault, p.blobs)
    offer_page_view = OfferPageView(
        p.store, p.state, p.pictures, free_previews, parts.settle, p.clock
    )

    admit = AdmitInterception(parts.authorizer, p.memberships, r.bot, InterceptionRates.at(p.clock))
    receive_interception = ReceiveInterception(p.store, admit)

    decrypt_events = DecryptEvents(p.store, p.encryption, p.clock, failed, r.bot)

    handle_event = EventHandler(RestoreIntercepted(p.store), parse_event, dispatch(p, r, parts))

    return Bot(
        failed=failed,
        receive_transaction=ReceiveTransaction(failed, r.bot),
        decrypt_events=decrypt_events,
        receive_interception=receive_interception,
        inspect_encrypted=InspectEncrypted(p.encryption, receive_interception, p.clock, parts.vet),
        report_gate_auth_failure=ReportGateAuthFailure(p.store, p.clock),
        report_page_failure=ReportPageFailure(p.store, p.clock),
        receive_payment_event=ReceivePaymentEvent(p.store),
        start_checkout=StartCheckout(
            p.store,
            p.state,
            parts.direct_room,
            parts.authorizer,
            p.processor,
            p.clock,
            r.urls,
            r.checkout,
        ),
        reconcile=parts.reconcile,
        delete_orphans=parts.delete_orphans,
        resume_deliveries=ResumeDeliveries(p.store),
        rewrap_keys=parts.rewrap_keys,
        clean_up_records=parts.clean_up_records,
        offer_page_view=offer_page_view,
        free_previews=free_previews,
        redeliver=parts.redeliver,
        request_link=RequestLink.at(p.store, p.clock),
        submit_report=SubmitReport(p.store, p.clock),
        get_report=GetReport(p.store),
        writes_letters=p.mailer.works,
        start_download=StartDownload(p.store, p.clock),
        browser_download=BrowserDownload(p.store, p.vault, p.blobs, p.clock, offer_page_view),
        login_service=parts.login_service,
        widget_login=WidgetLogin.at(p.store, p.clock, parts.authorizer, p.openid),
        fees=r.fees,
        seller_offers_view=SellerOffersView(
            p.store, p.state, r.currency, r.checkout.commission is not None
        ),
        edit_offer=parts.edit_offer,
        draft_view=DraftView(
            p.store,
            p.state,
            p.shared_rooms,
            p.blobs,
            p.vault,
            r.limits,
            parts.find_duplicates,
            p.clock,
            p.media,
            r.remove_location,
        ),
        library_view=LibraryView(p.store, parts.redeliver),
        cancel_purchase=parts.cancel_purchase,
        export_own_data=parts.export_own_data,
        erase_user=parts.erase_user,
        seller_sales_view=SellerSalesView(p.store, Statement(p.store, r.time_zone), p.clock),
        edit_draft=EditDraft(p.store, parts.authorizer, p.clock, r.currency),
        upload=UploadToDraft(p.store, p.clock, r.limits, r.quotas, parts.encrypt_content),
        resumable_uploads=ResumableUploads(
            p.store,
            p.clock,
            r.limits,
            r.quotas,
            parts.part_store,
            p.pictures,
            parts.fingerprint_key,
        ),
        publish_offer=parts.publish_offer,
        gift_purchase=parts.gift_purchase,
        schedule_sale=parts.schedule_sale,
        edit_storefront=parts.edit_storefront,
        storefront_editor_view=StorefrontEditorView(p.store, p.state),
        storefront_page_view=StorefrontPageView(p.store, p.state, parts.authorizer),
        handlers={
            HandleEvent: handle_event,
            FailedItem: RetryFailedItem(p.store, decrypt_events, r.bot),
            **handlers(p, r, parts),
        },
    )


__all__ = ["Bot", "BotConfig", "Ports", "assemble"]
