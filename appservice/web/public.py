"""The public listener: buyers' browsers and Stripe under one address."""

from aiohttp import web

from appservice.web.after_payment import AfterPaymentBrowser
from appservice.web.assets import asset_routes, load_asset
from appservice.web.checkout import CheckoutPages, checkout_routes
from appservice.web.claim import ClaimPages, claim_routes
from appservice.web.composer import Composer, ComposerPages
from appservice.web.library import LibraryPages, library_routes
from appservice.web.metrics import Metrics
from appservice.web.offer import OfferPages, offer_routes
from appservice.web.own_data import OwnDataPages, own_data_routes
from appservice.web.own_pages import OwnPages
from appservice.web.pacing import unhurried
from appservice.web.pages import load_pages
from appservice.web.report import ReportPages, report_routes
from appservice.web.sales import SalesPages, sales_routes
from appservice.web.server import application
from appservice.web.sign_in import SignInPages, sign_in_routes
from appservice.web.site import Site, page_headers
from appservice.web.storefront import StorefrontPages, storefront_routes
from appservice.web.studio import StudioPages, studio_routes
from appservice.web.studio_page import StudioPagePages, studio_page_routes
from appservice.web.tus import Tus, UploadPages
from appservice.web.upload_routes import UploadRoutes
from appservice.web.visitors import Visitors
from appservice.web.webhooks import AcceptPaymentEvent, ReadPaymentEvent, webhook_routes
from bot.pace import Pace

_BODY_LIMIT = 256 * 1024
"""Bytes; the largest events of Stripe's are a tenth of it."""
_COMPOSER_SCRIPTS = ("figures.js", "film.js", "sending.js", "sorting.js", "studio.js")
_SCRIPTS = ("after_payment.js", "claim.js", "look_again.js", "time_zone.js", *_COMPOSER_SCRIPTS)


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
    read_payment_event: ReadPaymentEvent,
    accept_payment_event: AcceptPaymentEvent,
    metrics: Metrics,
    pace: Pace,
) -> web.Application:
    style = load_asset("style.css", "text/css")
    scripts = {name: load_asset(name, "text/javascript") for name in _SCRIPTS}
    studio_style = load_asset("studio.css", "text/css")
    paths = {name: site.path(script.path) for name, script in scripts.items()}
    pages = load_pages(site, site.path(style.path), paths)
    composer_scripts = tuple(paths[name] for name in _COMPOSER_SCRIPTS)
    own_pages = OwnPages(site, pages.templates, site.path(studio_style.path), composer_scripts)
    visitors = Visitors(site, sign_in.who)
    composing = Composer(site, own_pages, visitors, composer)
    back = AfterPaymentBrowser(pages, checkout)
    app = application(
        [
            *unhurried(
                [
                    *offer_routes(site, pages, offer),
                    *checkout_routes(site, checkout, metrics),
                    *back.routes(),
                    *claim_routes(site, pages, claim),
                    *report_routes(site, pages, report),
                    *storefront_routes(pages, storefront),
                    *sign_in_routes(site, own_pages, visitors, sign_in),
                ],
                pace,
            ),
            *webhook_routes(read=read_payment_event, accept=accept_payment_event, metrics=metrics),
            *studio_routes(site, own_pages, visitors, studio, composing),
            *composing.routes(),
            *UploadRoutes(site, own_pages, visitors, Tus(uploads)).routes(),
            *library_routes(site, own_pages, visitors, library),
            *own_data_routes(site, own_pages, visitors, own_data),
            *studio_page_routes(site, own_pages, visitors, studio_page),
            *sales_routes(site, own_pages, visitors, sales),
            *asset_routes([style, studio_style, *scripts.values()]),
        ],
        face=pages.face,
        body_limit=_BODY_LIMIT,
        headers=page_headers(site),
        prefix=site.prefix,
    )
    app.on_shutdown.append(back.close)
    return app
