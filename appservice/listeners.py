"""The three doors: one for the homeserver, one for the public, one for the operator."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

from appservice.clock import SystemClock
from appservice.payments.stripe import checkout_origins
from appservice.payments.webhook import WebhookReader
from appservice.rules import bot_id
from appservice.web.checkout import CheckoutPages
from appservice.web.claim import ClaimPages
from appservice.web.gate import gate_routes
from appservice.web.metrics import Metrics
from appservice.web.ops import ReadinessCheck, TakeReadings, ops_application
from appservice.web.public import public_application
from appservice.web.server import listen
from appservice.web.site import Site
from appservice.web.transactions import AcceptTransaction, transactions_application
from bot.assembly import Bot
from config.settings import Settings


@asynccontextmanager
async def open_listeners(
    settings: Settings,
    bot: Bot,
    clock: SystemClock,
    *,
    accept: AcceptTransaction,
    metrics: Metrics,
    ready: ReadinessCheck,
    readings: TakeReadings,
) -> AsyncIterator[None]:
    """Homeserver, public and operator, each on its own. Raises OSError for an address in use."""
    site = Site(
        bot=bot_id(settings),
        prefix=urlsplit(settings.public.url).path.rstrip("/"),
        secure=settings.public.url.startswith("https:"),
        checkout_origins=checkout_origins(settings.stripe.api_base),
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
    pages = CheckoutPages(
        show_offer=bot.look.at_offer,
        show_personal=bot.look.at_personal,
        start_checkout=bot.start_checkout,
        after_payment=bot.look.after_payment,
    )
    claim = ClaimPages(
        begin=bot.begin_claim,
        show=bot.open_in_browser.page,
        files=bot.open_in_browser.files,
        ciphertext=bot.open_in_browser.ciphertext,
    )
    private = transactions_application(
        hs_token=settings.appservice.hs_token.get_secret_value(),
        accept=accept,
        metrics=metrics,
        gate=gate_routes(
            secret=settings.gate.secret.get_secret_value(),
            accept=bot.receive_handover,
            clock=clock,
        ),
    )
    public = public_application(
        site=site,
        checkout=pages,
        claim=claim,
        read_payment_event=reader,
        accept_payment_event=bot.receive_payment_event,
        metrics=metrics,
    )
    ops = ops_application(ready=ready, metrics=metrics, readings=readings)
    async with AsyncExitStack() as stack:
        for app, address in (
            (private, settings.appservice.listen),
            (public, settings.public.listen),
            (ops, settings.ops.listen),
        ):
            await stack.enter_async_context(listen(app, address.host, address.port))
        yield
