"""The three doors: one for the homeserver, one for the public, one for the operator."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from appservice.bot_config import bot_id
from appservice.clock import SystemClock
from appservice.descriptors import public_connections, raise_limit
from appservice.payments.stripe_processor import checkout_origins
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.api.gate_api import gate_routes
from appservice.web.api.metrics import Metrics
from appservice.web.api.ops_app import ReadinessCheck, TakeReadings, ops_application
from appservice.web.api.transactions import AcceptTransaction, transactions_application
from appservice.web.api.webhooks import ReadPaymentEvent
from appservice.web.buyers.checkout_pages import CheckoutUseCases, WatchPurchase
from appservice.web.buyers.claim_pages import ClaimUseCases
from appservice.web.buyers.library_pages import LibraryUseCases
from appservice.web.buyers.offer_pages import OfferUseCases
from appservice.web.buyers.report_pages import ReportUseCases
from appservice.web.buyers.storefront_pages import StorefrontUseCases
from appservice.web.connections import ConnectionLimits
from appservice.web.error_pages import REPORT_FAULT
from appservice.web.http_server import Listener
from appservice.web.members.own_data_pages import OwnDataUseCases
from appservice.web.members.sign_in_pages import SignInUseCases
from appservice.web.members.widget_page import WidgetUseCases
from appservice.web.public_app import public_application
from appservice.web.sellers.draft_editor import DraftEditorUseCases
from appservice.web.sellers.sales_pages import SalesUseCases
from appservice.web.sellers.storefront_editor import StorefrontEditorUseCases
from appservice.web.sellers.studio_pages import StudioUseCases
from appservice.web.sellers.tus import UploadUseCases
from appservice.web.site import Legal, Site
from bot.bootstrap import Bot
from bot.services.rate_limiter import RateLimiter
from config.addresses import origin_of
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Applications:
    """What answers at the three doors."""

    private: web.Application
    public: web.Application
    ops: web.Application


@dataclass(frozen=True, slots=True)
class Listeners:
    private: Listener
    public: Listener
    ops: Listener

    async def serve(self, apps: Applications) -> None:
        """From here on these answer."""
        await self.private.serve(apps.private)
        await self.public.serve(apps.public)
        await self.ops.serve(apps.ops)


@asynccontextmanager
async def open_listeners(settings: Settings) -> AsyncIterator[Listeners]:
    """Raises OSError for an address in use. Each has limits of its own, so that the trouble of one is its own."""
    public = ConnectionLimits(
        most=public_connections(settings.public.connections, raise_limit()),
        most_per_address=settings.public.connections_per_address,
    )
    wanted = (
        (settings.appservice, ConnectionLimits()),
        (settings.public, public),
        (settings.ops, ConnectionLimits()),
    )
    async with AsyncExitStack() as stack:
        yield Listeners(
            *[
                await stack.enter_async_context(
                    Listener.open(section.listen.host, section.listen.port, limits)
                )
                for section, limits in wanted
            ]
        )


def applications(
    settings: Settings,
    bot: Bot,
    clock: SystemClock,
    *,
    accept: AcceptTransaction,
    metrics: Metrics,
    changes: WatchPurchase,
    ready: ReadinessCheck,
    readings: TakeReadings,
) -> Applications:
    """Homeserver, public and operator, each on its own."""
    home = urlsplit(settings.public.url)
    site = Site(
        bot=bot_id(settings),
        origin=origin_of(settings.public.url),
        prefix=home.path.rstrip("/"),
        secure=settings.public.url.startswith("https:"),
        checkout_origins=checkout_origins(
            settings.stripe.api_base, settings.stripe.checkout_domains
        ),
        legal=Legal(
            imprint=settings.public.imprint_url,
            privacy=settings.public.privacy_url,
            terms=settings.public.terms_url or settings.sales.terms_url,
            contact=settings.public.contact or settings.sales.contact,
        ),
    )
    reader = WebhookVerifier(
        secrets=tuple(each.get_secret_value() for each in settings.stripe.webhook_secrets),
        connect_secrets=tuple(
            each.get_secret_value() for each in settings.stripe.connect_webhook_secrets
        ),
        instance=settings.appservice.id,
        live=settings.stripe.live,
        clock=clock,
    )
    private = transactions_application(
        hs_token=settings.appservice.hs_token.get_secret_value(),
        accept=accept,
        metrics=metrics,
        gate=gate_routes(
            secret=settings.gate.secret.get_secret_value(),
            accept=bot.receive_interception,
            hold=bot.inspect_encrypted,
            refused=bot.report_gate_auth_failure,
            clock=clock,
        ),
    )
    pace = RateLimiter(settings.limits.pages_per_minute, clock)
    private[REPORT_FAULT] = bot.report_page_failure
    return Applications(
        private,
        public_pages(
            bot, site, reader, metrics, pace, changes, apps=settings.public.widget_clients
        ),
        ops_application(ready=ready, metrics=metrics, readings=readings),
    )


def public_pages(
    bot: Bot,
    site: Site,
    read_payment_event: ReadPaymentEvent,
    metrics: Metrics,
    pace: RateLimiter,
    changes: WatchPurchase,
    *,
    apps: tuple[str, ...] = (),
) -> web.Application:
    """What the public meets: all pages of the bot's, and the door for the payment processor."""
    app = public_application(
        site=site,
        offer=OfferUseCases(
            show=bot.offer_page_view.offer,
            show_personal=bot.offer_page_view.purchase,
            card=bot.offer_page_view.card,
            free=bot.free_previews.file,
            ask=bot.request_link,
        ),
        checkout=CheckoutUseCases(
            start=bot.start_checkout,
            again=bot.redeliver.by_link,
            settled=bot.offer_page_view.after_payment,
            known=bot.offer_page_view.payment_status,
            changes=changes,
        ),
        claim=ClaimUseCases(
            begin=bot.start_download,
            show=bot.browser_download.page,
            files=bot.browser_download.files,
            ciphertext=bot.browser_download.ciphertext,
        ),
        report=ReportUseCases(
            file=bot.submit_report, look=bot.get_report, by_letter=bot.writes_letters
        ),
        sign_in=SignInUseCases(
            look=bot.login_service.peek,
            enter=bot.login_service.login,
            who=bot.login_service.current_user,
            leave=bot.login_service.logout,
        ),
        studio=StudioUseCases(
            currency=bot.seller_offers_view.currency,
            offers=bot.seller_offers_view.offers,
            offer=bot.seller_offers_view.offer,
            reprice=bot.edit_offer.reprice,
            reword=bot.edit_offer.reword,
            withdraw=bot.edit_offer.withdraw,
            publish=bot.publish_offer,
            give=bot.gift_purchase,
        ),
        sales=SalesUseCases(
            sales=bot.seller_sales_view,
            table=bot.seller_sales_view.table,
            refund=bot.seller_sales_view.refund,
        ),
        storefront=StorefrontUseCases(show=bot.storefront_page_view),
        studio_page=StorefrontEditorUseCases(
            sheet=bot.storefront_editor_view,
            name=lambda seller, name, about, open_: bot.edit_storefront.name(
                seller, name, about, open_=open_
            ),
            choose=bot.edit_storefront.choose,
        ),
        library=LibraryUseCases(
            shelf=bot.library_view,
            again=bot.library_view.again,
            receipts=bot.library_view.receipts,
            withdrawal=bot.cancel_purchase.terms,
            withdraw=bot.cancel_purchase,
            ask_seller=bot.cancel_purchase.ask,
        ),
        own_data=OwnDataUseCases(
            take=bot.export_own_data,
            ask_to_be_forgotten=bot.erase_user.ask,
            be_forgotten=bot.erase_user,
        ),
        widget=WidgetUseCases(apps=apps, enter=bot.widget_login),
        composer=DraftEditorUseCases(
            currency=bot.seller_offers_view.currency,
            left_of=bot.fees.net_of,
            sheet=bot.draft_view.sheet,
            thumbnail=bot.draft_view.thumbnail,
            begin=bot.edit_draft.begin,
            upload=bot.upload,
            word=bot.edit_draft.word,
            change=bot.edit_draft.change,
            discard=bot.edit_draft.discard,
            publish=bot.publish_offer,
            plan=bot.schedule_sale.in_browser,
            call_off=bot.schedule_sale.cancel,
        ),
        uploads=UploadUseCases(
            largest=bot.resumable_uploads.limits.file_size,
            begin=bot.resumable_uploads.begin,
            look=bot.resumable_uploads.look,
            take=bot.resumable_uploads.take,
            key=bot.resumable_uploads.key,
            take_sealed=bot.resumable_uploads.take_sealed,
            illustrate=bot.resumable_uploads.illustrate,
            stop=bot.resumable_uploads.stop,
        ),
        read_payment_event=read_payment_event,
        accept_payment_event=bot.receive_payment_event,
        metrics=metrics,
        pace=pace,
    )
    app[REPORT_FAULT] = bot.report_page_failure
    return app
