"""The public listener: buyers' browsers and Stripe under one address."""

from aiohttp import web

from appservice.web.api.metrics import Metrics
from appservice.web.api.webhooks import AcceptPaymentEvent, ReadPaymentEvent, webhook_routes
from appservice.web.assets import asset_routes, load_asset
from appservice.web.buyers.after_payment import AfterPaymentBrowser
from appservice.web.buyers.checkout_pages import CheckoutPages, checkout_routes
from appservice.web.buyers.claim_pages import ClaimPages, claim_routes
from appservice.web.buyers.library_pages import LibraryPages, library_routes
from appservice.web.buyers.offer_pages import OfferPages, offer_routes
from appservice.web.buyers.page_renderer import AllPages, load_pages
from appservice.web.buyers.report_pages import ReportPages, report_routes
from appservice.web.buyers.storefront_pages import StorefrontPages, storefront_routes
from appservice.web.error_pages import Face, Fault
from appservice.web.http_server import application, below
from appservice.web.members.member_pages import OwnPages
from appservice.web.members.own_data_pages import OwnDataPages, own_data_routes
from appservice.web.members.sessions import Visitors
from appservice.web.members.sign_in_pages import SignInPages, sign_in_routes
from appservice.web.members.widget_page import WidgetPages, widget_routes
from appservice.web.rate_limit import unhurried
from appservice.web.sellers.draft_editor import Composer, ComposerPages
from appservice.web.sellers.resumable_uploads import UploadRoutes
from appservice.web.sellers.sales_pages import SalesPages, sales_routes
from appservice.web.sellers.storefront_editor import StudioPagePages, studio_page_routes
from appservice.web.sellers.studio_pages import StudioPages, studio_routes
from appservice.web.sellers.tus import Tus, UploadPages
from appservice.web.site import WIDGET, Site, page_headers
from bot.services.rate_limiter import Pace

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
    offer: OfferPages,
    checkout: CheckoutPages,
    claim: ClaimPages,
    report: ReportPages,
    storefront: StorefrontPages,
    sign_in: SignInPages,
    studio: StudioPages,
    composer: ComposerPages,
    uploads: UploadPages,
    sales: SalesPages,
    studio_page: StudioPagePages,
    library: LibraryPages,
    own_data: OwnDataPages,
    widget: WidgetPages,
    read_payment_event: ReadPaymentEvent,
    accept_payment_event: AcceptPaymentEvent,
    metrics: Metrics,
    pace: Pace,
) -> web.Application:
    style = load_asset("style.css", "text/css")
    scripts = {name: load_asset(name, "text/javascript") for name in _SCRIPTS}
    studio_style = load_asset("studio.css", "text/css")
    paths = {name: site.path(script.path) for name, script in scripts.items()}
    composer_scripts = tuple(paths[name] for name in _COMPOSER_SCRIPTS)

    def pages_at(place: Site) -> tuple[AllPages, OwnPages, Visitors]:
        pages = load_pages(place, site.path(style.path), paths)
        own = OwnPages(place, pages.templates, site.path(studio_style.path), composer_scripts)
        return pages, own, Visitors(place, sign_in.who)

    def own_routes(place: Site, own: OwnPages, visitors: Visitors) -> list[web.RouteDef]:
        composing = Composer(place, own, visitors, composer)
        return [
            *studio_routes(place, own, visitors, studio, composing),
            *composing.routes(),
            *UploadRoutes(place, own, visitors, Tus(uploads)).routes(),
            *library_routes(place, own, visitors, library),
            *own_data_routes(place, own, visitors, own_data),
            *studio_page_routes(place, own, visitors, studio_page),
            *sales_routes(place, own, visitors, sales),
        ]

    pages, own, visitors = pages_at(site)
    face: Face = pages.face
    door, beside_chat = list[web.RouteDef](), list[web.RouteDef]()
    if widget.apps:
        place = site.beside_chat(widget.apps)
        their_pages, theirs, their_visitors = pages_at(place)
        face = _either(pages.face, their_pages.face, place)
        door = widget_routes(place, theirs, their_visitors, widget, paths["widget.js"])
        beside_chat = own_routes(place, theirs, their_visitors)
    back = AfterPaymentBrowser(pages, checkout)
    app = application(
        [
            *unhurried(
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
