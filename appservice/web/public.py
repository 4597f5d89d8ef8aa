"""The public listener: buyers' browsers and Stripe under one address."""

from aiohttp import web

from appservice.web.assets import asset_routes, load_stylesheet
from appservice.web.checkout import CheckoutPages, checkout_routes
from appservice.web.metrics import Metrics
from appservice.web.pages import load_pages
from appservice.web.server import application
from appservice.web.site import Site, page_headers
from appservice.web.webhooks import AcceptPaymentEvent, ReadPaymentEvent, webhook_routes

_BODY_LIMIT = 256 * 1024
"""Bytes; the largest events of Stripe's are a tenth of it."""


def public_application(
    *,
    site: Site,
    checkout: CheckoutPages,
    read_payment_event: ReadPaymentEvent,
    accept_payment_event: AcceptPaymentEvent,
    metrics: Metrics,
) -> web.Application:
    style = load_stylesheet()
    pages = load_pages(site, site.path(style.path))
    return application(
        [
            *checkout_routes(site, pages, checkout, metrics),
            *webhook_routes(read=read_payment_event, accept=accept_payment_event, metrics=metrics),
            *asset_routes(style),
        ],
        face=pages.face,
        body_limit=_BODY_LIMIT,
        headers=page_headers(site.checkout_origins),
        prefix=site.prefix,
    )
