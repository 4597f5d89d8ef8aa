"""Anybody's browser: a copy of all that is kept about one, and how it is deleted."""

import secrets
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser, typed_in
from appservice.web.site import OWN_DATA, Site
from bot.bootstrap import Bot
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import EventId
from bot.services.privacy.erase_user import EraseUser
from bot.services.privacy.write_data_export import ExportOwnData

_NOT_TYPED = gettext_lazy(
    "That is not your Matrix ID, so nothing was deleted. Type it exactly as it stands here."
)
_SIGN_IN_AGAIN = gettext_lazy(
    "You signed in a while ago, and this can't be undone: write `!ppv library` to the bot, come in by the new"
    " link, and begin here once more."
)


def own_data_routes(
    site: Site, pages: MemberPages, visitors: Sessions, bot: Bot
) -> list[web.RouteDef]:
    handlers = _OwnDataPages(site, pages, visitors, bot.export_own_data, bot.erase_user)
    own = partial(pages.login_required, visitors)
    return [
        web.get(OWN_DATA, own(handlers.show)),
        web.post(f"{OWN_DATA}/copy", own(handlers.copy)),
        web.post(f"{OWN_DATA}/delete", own(handlers.begin)),
        web.post(f"{OWN_DATA}/delete/yes", own(handlers.delete)),
    ]


@dataclass(frozen=True, slots=True)
class _OwnDataPages:
    site: Site
    pages: MemberPages
    visitors: Sessions
    export_own_data: ExportOwnData
    erase_user: EraseUser

    async def show(self, _: web.Request, visitor: SessionUser) -> web.Response:
        return self._page(visitor)

    async def copy(self, request: web.Request, visitor: SessionUser) -> web.Response:
        form = await self._form(request)
        try:
            data = await self.export_own_data(visitor.user, f"form:{form.get('form', '')[:40]}")
        except UserError as refusal:
            return self._page(visitor, fault=refusal.words)
        return web.Response(
            body=data.as_json(),
            content_type="application/json",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
        )

    async def begin(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """The first step: what it means."""
        await self._form(request)
        try:
            _require_just_now(visitor)
            await self.erase_user.ask(visitor.user)
        except UserError as refusal:
            return self._page(visitor, fault=refusal.words)
        return self._page(visitor, sure=True)

    async def delete(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """The second: whoever types their own name means it."""
        form = await self._form(request)
        if form.get("typed", "").strip() != visitor.user:
            return self._page(visitor, fault=_NOT_TYPED, sure=True)
        try:
            _require_just_now(visitor)
            await self.erase_user(visitor.user, EventId(f"form:{form.get('form', '')[:40]}"))
        except UserError as refusal:
            return self._page(visitor, fault=refusal.words)
        answer = self.pages.page("studio/forgotten.html", language=visitor.language)
        self.visitors.clear_cookie(answer)
        return answer

    async def _form(self, request: web.Request) -> dict[str, str]:
        return typed_in(await self.visitors.csrf_form(request))

    def _page(
        self, visitor: SessionUser, *, fault: str | None = None, sure: bool = False
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


def _require_just_now(visitor: SessionUser) -> None:
    """Raises UserError for a browser that somebody may have left open."""
    if not visitor.recent_login:
        raise UserError(_SIGN_IN_AGAIN)
