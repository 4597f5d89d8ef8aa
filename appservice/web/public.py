"""The public listener: buyers' browsers and Stripe under one address."""

from aiohttp import web

from appservice.web.assets import asset_routes, load_asset
from appservice.web.checkout import CheckoutPages, checkout_routes
from appservice.web.claim import ClaimPages, claim_routes
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
    claim: ClaimPages,
    read_payment_event: ReadPaymentEvent,
    accept_payment_event: AcceptPaymentEvent,
    metrics: Metrics,
) -> web.Application:
    style = load_asset("style.css", "text/css")
    script = load_asset("claim.js", "text/javascript")
    pages = load_pages(site, site.path(style.path), site.path(script.path))
    return application(
        [
            *checkout_routes(site, pages, checkout, metrics),
            *webhook_routes(read=read_payment_event, accept=accept_payment_event, metrics=metrics),
            *claim_routes(site, pages, claim),
            *asset_routes([style, script]),
        ],
        face=pages.face,
        body_limit=_BODY_LIMIT,
        headers=page_headers(site),
        prefix=site.prefix,
    )
