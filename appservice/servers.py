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
from appservice.payments.webhook_verifier import WebhookReader
from appservice.web.api.gate_api import gate_routes
from appservice.web.api.metrics import Metrics
from appservice.web.api.ops_app import ReadinessCheck, TakeReadings, ops_application
from appservice.web.api.transactions import AcceptTransaction, transactions_application
from appservice.web.api.webhooks import ReadPaymentEvent
from appservice.web.buyers.checkout_pages import CheckoutPages, WatchPurchase
from appservice.web.buyers.claim_pages import ClaimPages
from appservice.web.buyers.library_pages import LibraryPages
from appservice.web.buyers.offer_pages import OfferPages
from appservice.web.buyers.report_pages import ReportPages
from appservice.web.buyers.storefront_pages import StorefrontPages
from appservice.web.connections import ConnectionLimits
from appservice.web.error_pages import REPORT_FAULT
from appservice.web.http_server import Listener
from appservice.web.members.own_data_pages import OwnDataPages
from appservice.web.members.sign_in_pages import SignInPages
from appservice.web.members.widget_page import WidgetPages
from appservice.web.public_app import public_application
from appservice.web.sellers.draft_editor import ComposerPages
from appservice.web.sellers.sales_pages import SalesPages
from appservice.web.sellers.storefront_editor import StudioPagePages
from appservice.web.sellers.studio_pages import StudioPages
from appservice.web.sellers.tus import UploadPages
from appservice.web.site import Legal, Site
from bot.bootstrap import Bot
from bot.services.rate_limiter import Pace
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
    reader = WebhookReader(
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
            accept=bot.receive_handover,
            hold=bot.hold_encrypted,
            refused=bot.stranger_at_gate,
            clock=clock,
        ),
    )
    pace = Pace(settings.limits.pages_per_minute, clock)
    private[REPORT_FAULT] = bot.report_page_fault
    return Applications(
        private,
        pages_of(bot, site, reader, metrics, pace, changes, apps=settings.public.widget_clients),
        ops_application(ready=ready, metrics=metrics, readings=readings),
    )


def pages_of(
    bot: Bot,
    site: Site,
    read_payment_event: ReadPaymentEvent,
    metrics: Metrics,
    pace: Pace,
    changes: WatchPurchase,
    *,
    apps: tuple[str, ...] = (),
) -> web.Application:
    """What the public meets: all pages of the bot's, and the door for the payment processor."""
    app = public_application(
        site=site,
        offer=OfferPages(
            show=bot.look.at_offer,
            show_personal=bot.look.at_personal,
            card=bot.look.card,
            free=bot.free_previews.file,
            ask=bot.ask_on_page,
        ),
        checkout=CheckoutPages(
            start=bot.start_checkout,
            again=bot.send_again.by_link,
            settled=bot.look.after_payment,
            known=bot.look.standing,
            changes=changes,
        ),
        claim=ClaimPages(
            begin=bot.begin_claim,
            show=bot.open_in_browser.page,
            files=bot.open_in_browser.files,
            ciphertext=bot.open_in_browser.ciphertext,
        ),
        report=ReportPages(
            file=bot.file_report, look=bot.look_at_report, by_letter=bot.writes_letters
        ),
        sign_in=SignInPages(
            look=bot.sign_in.look,
            enter=bot.sign_in.enter,
            who=bot.sign_in.who,
            leave=bot.sign_in.leave,
        ),
        studio=StudioPages(
            currency=bot.desk.currency,
            offers=bot.desk.offers,
            offer=bot.desk.offer,
            reprice=bot.change_offer.reprice,
            reword=bot.change_offer.reword,
            withdraw=bot.change_offer.withdraw,
            publish=bot.put_on_sale,
            give=bot.give_away,
        ),
        sales=SalesPages(
            sales=bot.sales_desk, table=bot.sales_desk.table, refund=bot.sales_desk.refund
        ),
        storefront=StorefrontPages(show=bot.look_at_storefront),
        studio_page=StudioPagePages(
            sheet=bot.storefront_desk,
            name=lambda seller, name, about, open_: bot.keep_storefront.name(
                seller, name, about, open_=open_
            ),
            choose=bot.keep_storefront.choose,
        ),
        library=LibraryPages(
            shelf=bot.library_shelf,
            again=bot.library_shelf.again,
            receipts=bot.library_shelf.receipts,
            withdrawal=bot.withdraw_from_purchase.look,
            withdraw=bot.withdraw_from_purchase,
            ask_seller=bot.withdraw_from_purchase.ask,
        ),
        own_data=OwnDataPages(
            take=bot.take_own_data,
            ask_to_be_forgotten=bot.forget_person.ask,
            be_forgotten=bot.forget_person,
        ),
        widget=WidgetPages(apps=apps, enter=bot.sign_in_widget),
        composer=ComposerPages(
            currency=bot.desk.currency,
            left_of=bot.fees.left_of,
            sheet=bot.composer.sheet,
            thumbnail=bot.composer.thumbnail,
            begin=bot.edit_draft.begin,
            upload=bot.upload,
            word=bot.edit_draft.word,
            change=bot.edit_draft.change,
            discard=bot.edit_draft.discard,
            publish=bot.put_on_sale,
            plan=bot.plan_sale.in_browser,
            call_off=bot.plan_sale.call_off,
        ),
        uploads=UploadPages(
            largest=bot.upload_in_parts.limits.file_size,
            begin=bot.upload_in_parts.begin,
            look=bot.upload_in_parts.look,
            take=bot.upload_in_parts.take,
            key=bot.upload_in_parts.key,
            take_sealed=bot.upload_in_parts.take_sealed,
            illustrate=bot.upload_in_parts.illustrate,
            stop=bot.upload_in_parts.stop,
        ),
        read_payment_event=read_payment_event,
        accept_payment_event=bot.receive_payment_event,
        metrics=metrics,
        pace=pace,
    )
    app[REPORT_FAULT] = bot.report_page_fault
    return app
