"""The three doors: one for the homeserver, one for the public, one for the operator."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from appservice.bot_config import bot_id
from appservice.clock import SystemClock
from appservice.db.notifier import PurchaseNotifier
from appservice.descriptors import public_connections, raise_limit
from appservice.metrics import Metrics
from appservice.payments.stripe_processor import checkout_origins
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.api.gate_api import gate_routes
from appservice.web.api.ops_app import ReadinessCheck, TakeReadings, ops_application
from appservice.web.api.transactions import transactions_application
from appservice.web.connections import ConnectionLimits
from appservice.web.error_pages import REPORT_FAULT
from appservice.web.http_server import Listener
from appservice.web.public_app import PublicApp
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
    metrics: Metrics,
    notifier: PurchaseNotifier,
    ready: ReadinessCheck,
    readings: TakeReadings,
    drop_encrypted: bool,
) -> Applications:
    """`drop_encrypted`: encrypted events arrive by the sync loop, so those in transactions are dropped."""
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
    verifier = WebhookVerifier(
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
        accept=bot.receive_transaction,
        drop_encrypted=drop_encrypted,
        metrics=metrics,
        gate=gate_routes(
            secret=settings.gate.secret.get_secret_value(),
            receive=bot.receive_interception,
            inspect=bot.inspect_encrypted,
            report_auth_failure=bot.report_gate_auth_failure,
            clock=clock,
        ),
    )
    private[REPORT_FAULT] = bot.report_page_failure
    return Applications(
        private,
        PublicApp(
            bot=bot,
            site=site,
            verifier=verifier,
            notifier=notifier,
            limiter=RateLimiter(settings.limits.pages_per_minute, clock),
            metrics=metrics,
            widget_clients=settings.public.widget_clients,
        ).build(),
        ops_application(ready=ready, metrics=metrics, readings=readings),
    )
