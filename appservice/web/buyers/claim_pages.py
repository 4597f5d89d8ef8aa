"""The buyer's browser, opening what was bought: proven by a word in a chat, held by a cookie."""

import base64
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.matrix.content.sanitize import saveable_together
from appservice.web.buyers.checkout_pages import link_in, personal_link
from appservice.web.buyers.page_renderer import AllPages
from appservice.web.csrf import CsrfGuard
from appservice.web.error_pages import BadRequest
from appservice.web.site import CLAIM, Site
from appservice.web.streaming import send_ciphertext, shown_as
from bot.bootstrap import Bot
from bot.domain.offers.content_summary import format_size
from bot.domain.purchases.download_session import DOWNLOAD_SESSION_TTL
from bot.errors import AuthenticationError
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, OfferId, parse_code
from bot.services.delivery.verify_browser import StartDownload
from bot.views.browser_download import BrowserDownload
from bot.views.page_models import ClaimedFile

_COOKIE = "ppv_claim"


def claim_routes(site: Site, pages: AllPages, bot: Bot) -> list[web.RouteDef]:
    handlers = _DownloadPages(
        site, pages, CsrfGuard(site), bot.start_download, bot.browser_download
    )
    return [
        web.get(CLAIM, handlers.show),
        web.post(CLAIM, handlers.begin),
        web.get(f"{CLAIM}/files", handlers.files),
        web.get(CLAIM + r"/files/{number:\d{1,3}}", handlers.ciphertext),
    ]


@dataclass(frozen=True, slots=True)
class _DownloadPages:
    site: Site
    pages: AllPages
    csrf: CsrfGuard
    start_download: StartDownload
    download: BrowserDownload

    async def show(self, request: web.Request) -> web.Response:
        offer, link = parse_code(request.match_info["offer"]), personal_link(request)
        if offer is None or link is None:
            return self.pages(request).unknown_offer()
        shown = await self.download.page(offer, link, request.cookies.get(_COOKIE))
        if shown is None:
            return self.pages(request).unknown_offer()
        return self.csrf.page(request, partial(self.pages(request).claim, shown, link))

    async def begin(self, request: web.Request) -> web.Response:
        link, offer = (
            await link_in(request, self.csrf),
            parse_code(request.match_info["offer"]),
        )
        if offer is None or link is None:
            raise BadRequest(
                HTTPStatus.BAD_REQUEST,
                gettext_lazy(
                    "This is not a personal link. Please open the one from your chat again."
                ),
            )
        secret = await self.start_download(link)
        answer = web.Response(
            status=HTTPStatus.SEE_OTHER, headers={"Location": self.site.claim(offer, link)}
        )
        answer.set_cookie(
            _COOKIE,
            secret,
            max_age=int(DOWNLOAD_SESSION_TTL.total_seconds()),
            path=self.site.claim(offer),
            secure=self.site.secure,
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def files(self, request: web.Request) -> web.Response:
        offer, link, secret = _held(request)
        files = await self.download.files(link, secret)
        saved = saveable_together(file.name for file in files)
        return web.json_response(
            {
                "files": [
                    _told(file, name, self.site.claimed_file(offer, link, file.number))
                    for file, name in zip(files, saved, strict=True)
                ]
            }
        )

    async def ciphertext(self, request: web.Request) -> web.StreamResponse:
        _, link, secret = _held(request)
        size, chunks = await self.download.ciphertext(
            link, secret, int(request.match_info["number"])
        )
        return await send_ciphertext(request, chunks, size=size)


def _held(request: web.Request) -> tuple[OfferId, LinkToken, str]:
    offer, link = parse_code(request.match_info["offer"]), personal_link(request)
    secret = request.cookies.get(_COOKIE)
    if offer is None or link is None or not secret:
        raise AuthenticationError("no personal link, or no cookie")
    return offer, link, secret


def _told(file: ClaimedFile, saved: str, url: str) -> dict[str, object]:
    """As the script takes it: the key is a JWK, the rest base64."""
    key = base64.urlsafe_b64encode(file.key.key).decode().rstrip("=")
    return {
        "name": file.name,
        "words": format_size(file.size),
        "size": file.size,
        "saved": saved,
        "mimetype": file.mimetype,
        "shown": shown_as(file.mimetype),
        "url": url,
        "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "k": key},
        "iv": base64.b64encode(file.key.iv).decode(),
        "sha256": base64.b64encode(file.sha256).decode(),
    }
