"""Anybody's browser: a copy of all that is kept about one, and how it is deleted."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import OwnPages
from appservice.web.members.sessions import Visitor, Visitors, typed_in
from appservice.web.site import OWN_DATA, Site
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import EventId, UserId
from bot.services.privacy.data_export import OwnData

_NOT_TYPED = spoken(
    "That is not your Matrix ID, so nothing was deleted. Type it exactly as it stands here."
)
_SIGN_IN_AGAIN = spoken(
    "You signed in a while ago, and this can't be undone: write `!ppv library` to the bot, come in by the new"
    " link, and begin here once more."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDataPages:
    """The use cases behind the pages. All raise Refusal."""

    take: Callable[[UserId, str], Awaitable[OwnData]]
    ask_to_be_forgotten: Callable[[UserId], Awaitable[None]]
    be_forgotten: Callable[[UserId, EventId], Awaitable[None]]


def own_data_routes(
    site: Site, pages: OwnPages, visitors: Visitors, use: OwnDataPages
) -> list[web.RouteDef]:
    browser = _Browser(site, pages, visitors, use)
    own = partial(pages.for_visitors, visitors)
    return [
        web.get(OWN_DATA, own(browser.show)),
        web.post(f"{OWN_DATA}/copy", own(browser.copy)),
        web.post(f"{OWN_DATA}/delete", own(browser.begin)),
        web.post(f"{OWN_DATA}/delete/yes", own(browser.delete)),
    ]


@dataclass(frozen=True, slots=True)
class _Browser:
    site: Site
    pages: OwnPages
    visitors: Visitors
    use: OwnDataPages

    async def show(self, _: web.Request, visitor: Visitor) -> web.Response:
        return self._page(visitor)

    async def copy(self, request: web.Request, visitor: Visitor) -> web.Response:
        form = await self._form(request)
        try:
            data = await self.use.take(visitor.user, f"form:{form.get('form', '')[:40]}")
        except Refusal as refusal:
            return self._page(visitor, fault=refusal.words)
        return web.Response(
            body=data.as_json(),
            content_type="application/json",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
        )

    async def begin(self, request: web.Request, visitor: Visitor) -> web.Response:
        """The first step: what it means."""
        await self._form(request)
        try:
            _require_just_now(visitor)
            await self.use.ask_to_be_forgotten(visitor.user)
        except Refusal as refusal:
            return self._page(visitor, fault=refusal.words)
        return self._page(visitor, sure=True)

    async def delete(self, request: web.Request, visitor: Visitor) -> web.Response:
        """The second: whoever types their own name means it."""
        form = await self._form(request)
        if form.get("typed", "").strip() != visitor.user:
            return self._page(visitor, fault=_NOT_TYPED, sure=True)
        try:
            _require_just_now(visitor)
            await self.use.be_forgotten(visitor.user, EventId(f"form:{form.get('form', '')[:40]}"))
        except Refusal as refusal:
            return self._page(visitor, fault=refusal.words)
        answer = self.pages.page("studio/forgotten.html", language=visitor.language)
        self.visitors.forget(answer)
        return answer

    async def _form(self, request: web.Request) -> dict[str, str]:
        return typed_in(await self.visitors.own_form(request))

    def _page(
        self, visitor: Visitor, *, fault: str | None = None, sure: bool = False
    ) -> web.Response:
        return self.pages.page(
            "studio/own_data.html",
            HTTPStatus.CONFLICT if fault else HTTPStatus.OK,
            visitor=visitor,
            address=self.site.path(OWN_DATA),
            form=secrets.token_urlsafe(12),
            fault=fault,
            sure=sure,
        )


def _require_just_now(visitor: Visitor) -> None:
    """Raises Refusal for a browser that somebody may have left open."""
    if not visitor.just_now:
        raise Refusal(_SIGN_IN_AGAIN)
