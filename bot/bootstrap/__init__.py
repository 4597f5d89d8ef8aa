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
from bot.services.payments.refund_sale import RefundSale
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
    refund_sale: RefundSale
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
    config: BotConfig,
    parse_event: ParseEvent,
    count_failure: CountFailure = count_nothing,
) -> Bot:
    """Build the bot. `parse_event` parses a raw Matrix event."""
    failed = FailedItems(ports.store, ports.clock, count_failure)
    services = build_services(ports, config, failed)

    free_previews = FreePreviews(ports.store, ports.encryption, ports.vault, ports.blobs)
    offer_page_view = OfferPageView(
        ports.store, ports.state, ports.pictures, free_previews, services.settle, ports.clock
    )

    admit = AdmitInterception(
        services.authorizer, ports.memberships, config.bot, InterceptionRates.at(ports.clock)
    )
    receive_interception = ReceiveInterception(ports.store, admit)

    decrypt_events = DecryptEvents(ports.store, ports.encryption, ports.clock, failed, config.bot)

    handle_event = EventHandler(
        RestoreIntercepted(ports.store), parse_event, dispatch(ports, config, services)
    )

    return Bot(
        failed=failed,
        receive_transaction=ReceiveTransaction(failed, config.bot),
        decrypt_events=decrypt_events,
        receive_interception=receive_interception,
        inspect_encrypted=InspectEncrypted(
            ports.encryption, receive_interception, ports.clock, services.vet
        ),
        report_gate_auth_failure=ReportGateAuthFailure(ports.store, ports.clock),
        report_page_failure=ReportPageFailure(ports.store, ports.clock),
        receive_payment_event=ReceivePaymentEvent(ports.store),
        start_checkout=StartCheckout(
            ports.store,
            ports.state,
            services.direct_room,
            services.authorizer,
            ports.processor,
            ports.clock,
            config.urls,
            config.checkout,
        ),
        reconcile=services.reconcile,
        delete_orphans=services.delete_orphans,
        resume_deliveries=ResumeDeliveries(ports.store),
        rewrap_keys=services.rewrap_keys,
        clean_up_records=services.clean_up_records,
        offer_page_view=offer_page_view,
        free_previews=free_previews,
        redeliver=services.redeliver,
        request_link=RequestLink.at(ports.store, ports.clock),
        submit_report=SubmitReport(ports.store, ports.clock),
        get_report=GetReport(ports.store),
        writes_letters=ports.mailer.works,
        start_download=StartDownload(ports.store, ports.clock),
        browser_download=BrowserDownload(
            ports.store, ports.vault, ports.blobs, ports.clock, offer_page_view
        ),
        login_service=services.login_service,
        widget_login=WidgetLogin.at(ports.store, ports.clock, services.authorizer, ports.openid),
        fees=config.fees,
        seller_offers_view=SellerOffersView(
            ports.store, ports.state, config.currency, config.checkout.commission is not None
        ),
        edit_offer=services.edit_offer,
        draft_view=DraftView(
            ports.store,
            ports.state,
            ports.shared_rooms,
            ports.blobs,
            ports.vault,
            config.limits,
            services.find_duplicates,
            ports.clock,
            ports.media,
            config.remove_location,
        ),
        library_view=LibraryView(ports.store),
        cancel_purchase=services.cancel_purchase,
        export_own_data=services.export_own_data,
        erase_user=services.erase_user,
        refund_sale=RefundSale(ports.store),
        seller_sales_view=SellerSalesView(
            ports.store, Statement(ports.store, config.time_zone), ports.clock
        ),
        edit_draft=EditDraft(ports.store, services.authorizer, ports.clock, config.currency),
        upload=UploadToDraft(
            ports.store, ports.clock, config.limits, config.quotas, services.encrypt_content
        ),
        resumable_uploads=ResumableUploads(
            ports.store,
            ports.clock,
            config.limits,
            config.quotas,
            services.part_store,
            ports.pictures,
            services.fingerprint_key,
        ),
        publish_offer=services.publish_offer,
        gift_purchase=services.gift_purchase,
        schedule_sale=services.schedule_sale,
        edit_storefront=services.edit_storefront,
        storefront_editor_view=StorefrontEditorView(ports.store, ports.state),
        storefront_page_view=StorefrontPageView(ports.store, ports.state, services.authorizer),
        handlers={
            HandleEvent: handle_event,
            FailedItem: RetryFailedItem(ports.store, decrypt_events, config.bot),
            **handlers(ports, config, services),
        },
    )


__all__ = ["Bot", "BotConfig", "Ports", "assemble"]
