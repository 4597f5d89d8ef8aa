"""The public listener: buyers' browsers and Stripe under one address."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from appservice.db.notifier import PurchaseNotifier
from appservice.metrics import Metrics
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.api.webhooks import webhook_routes
from appservice.web.assets import Asset, asset_routes, load_asset
from appservice.web.buyers.after_payment import AfterPaymentPages
from appservice.web.buyers.checkout_pages import checkout_routes
from appservice.web.buyers.claim_pages import claim_routes
from appservice.web.buyers.library_pages import library_routes
from appservice.web.buyers.offer_pages import offer_routes
from appservice.web.buyers.page_renderer import AllPages, load_pages
from appservice.web.buyers.report_pages import report_routes
from appservice.web.buyers.storefront_pages import storefront_routes
from appservice.web.error_pages import REPORT_FAULT, Face, Fault
from appservice.web.http_server import application, below
from appservice.web.members.member_pages import MemberPages
from appservice.web.members.own_data_pages import own_data_routes
from appservice.web.members.sessions import Sessions
from appservice.web.members.sign_in_pages import sign_in_routes
from appservice.web.members.widget_page import widget_routes
from appservice.web.rate_limit import rate_limited
from appservice.web.request_metrics import request_metrics
from appservice.web.sellers.draft_editor import DraftEditor
from appservice.web.sellers.resumable_uploads import UploadRoutes
from appservice.web.sellers.sales_pages import sales_routes
from appservice.web.sellers.storefront_editor import storefront_editor_routes
from appservice.web.sellers.studio_pages import studio_routes
from appservice.web.sellers.tus import Tus
from appservice.web.site import WIDGET, Site, page_headers
from bot.bootstrap import Bot
from bot.services.rate_limiter import RateLimiter

_MAX_BODY_BYTES = 256 * 1024
"""Ten times the size of the largest Stripe events."""
_COMPOSER_SCRIPTS = ("figures.js", "film.js", "sealing.js", "sending.js", "sorting.js", "studio.js")
_SCRIPTS = (
    "after_payment.js",
    "archive.js",
    "claim.js",
    "kept.js",
    "look_again.js",
    "time_zone.js",
    "widget.js",
    *_COMPOSER_SCRIPTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicApp:
    """The pages for browsers, and the route for Stripe's webhooks."""

    bot: Bot
    site: Site
    verifier: WebhookVerifier
    notifier: PurchaseNotifier
    limiter: RateLimiter
    metrics: Metrics
    widget_clients: tuple[str, ...] = ()
    """Origins of the Matrix clients that may frame the studio. Without any, there is no widget."""

    def build(self) -> web.Application:
        bot, site = self.bot, self.site
        assets = _Assets.load(site)
        pages, members, sessions = self._pages_at(site, assets)
        error_page: Face = pages.face
        widget_entry, in_widget = list[web.RouteDef](), list[web.RouteDef]()
        if self.widget_clients:
            widget = site.for_widget(self.widget_clients)
            framed_pages, framed_members, framed_sessions = self._pages_at(widget, assets)
            error_page = _either(pages.face, framed_pages.face, widget)
            widget_entry = widget_routes(
                widget,
                framed_members,
                framed_sessions,
                bot.widget_login,
                assets.script_paths["widget.js"],
            )
            in_widget = self._member_routes(widget, framed_members, framed_sessions)
        after_payment = AfterPaymentPages(pages, bot.offer_page_view, self.notifier)
        app = application(
            [
                *rate_limited(
                    [
                        *offer_routes(site, pages, bot),
                        *checkout_routes(site, bot, self.metrics),
                        *after_payment.routes(),
                        *claim_routes(site, pages, bot),
                        *report_routes(site, pages, sessions, bot),
                        *storefront_routes(pages, bot.storefront_page_view),
                        *sign_in_routes(site, members, sessions, bot.login_service),
                        *below(WIDGET, widget_entry),
                    ],
                    self.limiter,
                ),
                *webhook_routes(self.verifier, bot.receive_payment_event, self.metrics),
                *self._member_routes(site, members, sessions),
                *below(WIDGET, in_widget),
                *asset_routes([assets.style, assets.studio_style, *assets.scripts.values()]),
            ],
            face=error_page,
            body_limit=_MAX_BODY_BYTES,
            headers=page_headers(site),
            prefix=site.prefix,
            middlewares=[request_metrics(self.metrics, "public")],
        )
        app[REPORT_FAULT] = bot.report_page_failure
        app.on_shutdown.append(after_payment.close)
        return app

    def _pages_at(self, site: Site, assets: "_Assets") -> tuple[AllPages, MemberPages, Sessions]:
        paths = assets.script_paths
        pages = load_pages(site, self.site.path(assets.style.path), paths)
        members = MemberPages(
            site,
            pages.templates,
            self.site.path(assets.studio_style.path),
            tuple(paths[name] for name in _COMPOSER_SCRIPTS),
        )
        return pages, members, Sessions(site, self.bot.login_service)

    def _member_routes(
        self, site: Site, members: MemberPages, sessions: Sessions
    ) -> list[web.RouteDef]:
        """The pages of people who are signed in, at `site`."""
        bot = self.bot
        draft_editor = DraftEditor.of(site, members, sessions, bot)
        return [
            *studio_routes(site, members, sessions, bot, draft_editor),
            *draft_editor.routes(),
            *UploadRoutes(site, members, sessions, Tus(bot.resumable_uploads)).routes(),
            *library_routes(site, members, sessions, bot),
            *own_data_routes(site, members, sessions, bot),
            *storefront_editor_routes(site, members, sessions, bot),
            *sales_routes(site, members, sessions, bot.seller_sales_view, bot.refund_sale),
        ]


@dataclass(frozen=True, slots=True)
class _Assets:
    style: Asset
    studio_style: Asset
    scripts: Mapping[str, Asset]
    script_paths: Mapping[str, str]
    """As browsers request them, by file name."""

    @classmethod
    def load(cls, site: Site) -> "_Assets":
        scripts = {name: load_asset(name, "text/javascript") for name in _SCRIPTS}
        return cls(
            load_asset("style.css", "text/css"),
            load_asset("studio.css", "text/css"),
            scripts,
            {name: site.path(script.path) for name, script in scripts.items()},
        )


def _either(top_level: Face, framed: Face, widget: Site) -> Face:
    """Show errors of the widget's pages within the widget."""

    def face(request: web.Request, fault: Fault) -> web.Response:
        in_widget = f"{request.path}/".startswith(f"{widget.prefix}/")
        return (framed if in_widget else top_level)(request, fault)

    return face
