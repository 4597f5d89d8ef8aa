"""The public listener: buyers' browsers and Stripe under one address."""

from aiohttp import web

from appservice.web.api.metrics import Metrics
from appservice.web.api.webhooks import AcceptPaymentEvent, ReadPaymentEvent, webhook_routes
from appservice.web.assets import asset_routes, load_asset
from appservice.web.buyers.after_payment import AfterPaymentPages
from appservice.web.buyers.checkout_pages import CheckoutUseCases, checkout_routes
from appservice.web.buyers.claim_pages import ClaimUseCases, claim_routes
from appservice.web.buyers.library_pages import LibraryUseCases, library_routes
from appservice.web.buyers.offer_pages import OfferUseCases, offer_routes
from appservice.web.buyers.page_renderer import AllPages, load_pages
from appservice.web.buyers.report_pages import ReportUseCases, report_routes
from appservice.web.buyers.storefront_pages import StorefrontUseCases, storefront_routes
from appservice.web.error_pages import Face, Fault
from appservice.web.http_server import application, below
from appservice.web.members.member_pages import MemberPages
from appservice.web.members.own_data_pages import OwnDataUseCases, own_data_routes
from appservice.web.members.sessions import Sessions
from appservice.web.members.sign_in_pages import SignInUseCases, sign_in_routes
from appservice.web.members.widget_page import WidgetUseCases, widget_routes
from appservice.web.rate_limit import rate_limited
from appservice.web.sellers.draft_editor import DraftEditor, DraftEditorUseCases
from appservice.web.sellers.resumable_uploads import UploadRoutes
from appservice.web.sellers.sales_pages import SalesUseCases, sales_routes
from appservice.web.sellers.storefront_editor import (
    StorefrontEditorUseCases,
    storefront_editor_routes,
)
from appservice.web.sellers.studio_pages import StudioUseCases, studio_routes
from appservice.web.sellers.tus import Tus, UploadUseCases
from appservice.web.site import WIDGET, Site, page_headers
from bot.services.rate_limiter import RateLimiter

_BODY_LIMIT = 256 * 1024
"""Bytes; the largest events of Stripe's are a tenth of it."""
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


def public_application(  # noqa: PLR0913 - one for each kind of visit
    *,
    site: Site,
    offer: OfferUseCases,
    checkout: CheckoutUseCases,
    claim: ClaimUseCases,
    report: ReportUseCases,
    storefront: StorefrontUseCases,
    sign_in: SignInUseCases,
    studio: StudioUseCases,
    composer: DraftEditorUseCases,
    uploads: UploadUseCases,
    sales: SalesUseCases,
    studio_page: StorefrontEditorUseCases,
    library: LibraryUseCases,
    own_data: OwnDataUseCases,
    widget: WidgetUseCases,
    read_payment_event: ReadPaymentEvent,
    accept_payment_event: AcceptPaymentEvent,
    metrics: Metrics,
    pace: RateLimiter,
) -> web.Application:
    style = load_asset("style.css", "text/css")
    scripts = {name: load_asset(name, "text/javascript") for name in _SCRIPTS}
    studio_style = load_asset("studio.css", "text/css")
    paths = {name: site.path(script.path) for name, script in scripts.items()}
    composer_scripts = tuple(paths[name] for name in _COMPOSER_SCRIPTS)

    def pages_at(place: Site) -> tuple[AllPages, MemberPages, Sessions]:
        pages = load_pages(place, site.path(style.path), paths)
        own = MemberPages(place, pages.templates, site.path(studio_style.path), composer_scripts)
        return pages, own, Sessions(place, sign_in.who)

    def own_routes(place: Site, own: MemberPages, visitors: Sessions) -> list[web.RouteDef]:
        composing = DraftEditor(place, own, visitors, composer)
        return [
            *studio_routes(place, own, visitors, studio, composing),
            *composing.routes(),
            *UploadRoutes(place, own, visitors, Tus(uploads)).routes(),
            *library_routes(place, own, visitors, library),
            *own_data_routes(place, own, visitors, own_data),
            *storefront_editor_routes(place, own, visitors, studio_page),
            *sales_routes(place, own, visitors, sales),
        ]

    pages, own, visitors = pages_at(site)
    face: Face = pages.face
    door, beside_chat = list[web.RouteDef](), list[web.RouteDef]()
    if widget.apps:
        place = site.for_widget(widget.apps)
        their_pages, theirs, their_visitors = pages_at(place)
        face = _either(pages.face, their_pages.face, place)
        door = widget_routes(place, theirs, their_visitors, widget, paths["widget.js"])
        beside_chat = own_routes(place, theirs, their_visitors)
    back = AfterPaymentPages(pages, checkout)
    app = application(
        [
            *rate_limited(
                [
                    *offer_routes(site, pages, offer),
                    *checkout_routes(site, checkout, metrics),
                    *back.routes(),
                    *claim_routes(site, pages, claim),
                    *report_routes(site, pages, visitors, report),
                    *storefront_routes(pages, storefront),
                    *sign_in_routes(site, own, visitors, sign_in),
                    *below(WIDGET, door),
                ],
                pace,
            ),
            *webhook_routes(read=read_payment_event, accept=accept_payment_event, metrics=metrics),
            *own_routes(site, own, visitors),
            *below(WIDGET, beside_chat),
            *asset_routes([style, studio_style, *scripts.values()]),
        ],
        face=face,
        body_limit=_BODY_LIMIT,
        headers=page_headers(site),
        prefix=site.prefix,
    )
    app.on_shutdown.append(back.close)
    return app


def _either(alone: Face, beside_chat: Face, place: Site) -> Face:
    """What goes wrong beside a chat is shown there as well."""

    def face(request: web.Request, fault: Fault) -> web.Response:
        inside = f"{request.path}/".startswith(f"{place.prefix}/")
        return (beside_chat if inside else alone)(request, fault)

    return face
