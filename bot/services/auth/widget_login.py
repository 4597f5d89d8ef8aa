"""The studio beside a seller's chat: put up, taken down, and signed in to by whoever their homeserver says it is.

A homeserver's OpenID token is not made out to anybody: whoever was given one can show it elsewhere. So
it counts only together with the secret in the address of the one widget that was put up for that person.
https://spec.matrix.org/v1.17/client-server-api/#openid
"""

import re
import secrets
from dataclasses import dataclass

from bot.domain.people.permissions import Level, NotPermitted
from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import WIDGET_PREFIX, LoginTarget, WebSession
from bot.domain.urls import PublicUrls
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId, digest_of, homeserver_of, sign_in_id, widget_id
from bot.jobs.moderation_jobs import NotifyUser
from bot.ports import Clock, OpenIdVerifier, RoomWidgets, Store
from bot.services.auth.authorization import Authorizer
from bot.services.auth.login import LoginResult
from bot.services.rate_limiter import RateDecision, RateLimiter

_NAME = "Studio"
_TOKEN = re.compile(r"[!-~]{1,2000}", re.ASCII)
_OPENED = gettext_lazy(
    "Your studio beside this chat was opened in a browser that was not signed in before. Was that you? Then all is"
    " well. If not: `!ppv widget off` closes it and signs out every browser, and please tell the people who run this"
    " (`!ppv help payment` says how)."
)
"""The person's homeserver, which vouches for them, may have let in somebody else."""
_PER_MINUTE = 10
"""Each try asks a homeserver."""


class WidgetExpired(UserError):
    """A widget that was taken down or put up anew, or never was one of ours."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "This studio was closed. Write `!ppv widget` to the bot in your direct chat, and a new one opens."
            )
        )


class WrongUser(UserError):
    """Who opens it is not whom it was put up for."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "This studio belongs to somebody else. Write `!ppv studio` to the bot in a direct chat of your own."
            )
        )


class TokenRejected(UserError):
    """The homeserver does not know the token: it has run out, or was made up, or used already."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Your homeserver did not confirm who you are. Please try once more.")
        )


class IdentityChanged(UserError):
    """The person's cross-signing identity is a new one that nobody has confirmed."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "Your encryption identity is a new one. Please say `!ppv identity confirm` to the bot in your direct"
                " chat first, best from an app that you used with it before."
            )
        )


@dataclass(frozen=True, slots=True)
class AddWidget:
    store: Store
    clock: Clock
    widgets: RoomWidgets
    urls: PublicUrls

    async def __call__(self, user: UserId, room: RoomId) -> None:
        """In the direct room of `user`, in place of one that was there. Raises UserError if the bot may not."""
        secret = secrets.token_urlsafe(32)
        await self.widgets.put_up(room, _NAME, self.urls.widget(secret))
        widget = Widget(id=widget_id(secret), user=user, room=room, created_at=self.clock.now())
        async with self.store.begin() as uow:
            await uow.widgets.save(widget)

    async def take_down(self, user: UserId, room: RoomId) -> None:
        """Sign out every browser of `user`. The address is worth nothing any more, even where it stays in the room.

        Raises UserError.
        """
        async with self.store.begin() as uow:
            await uow.widgets.forget(room=room)
            await uow.sign_ins.forget(user=user)
        await self.widgets.take_down(room)


@dataclass(frozen=True, slots=True)
class WidgetLogin:
    store: Store
    clock: Clock
    authorizer: Authorizer
    openid: OpenIdVerifier
    pace: RateLimiter

    @classmethod
    def at(
        cls, store: Store, clock: Clock, standing: Authorizer, servers: OpenIdVerifier
    ) -> "WidgetLogin":
        return cls(store, clock, standing, servers, RateLimiter(_PER_MINUTE, clock))

    async def __call__(
        self, secret: str, token: str, server: str, before: str | None = None
    ) -> LoginResult:
        """`secret` is in the widget's address, `token` from `server`. `before`: as with a link.

        Nobody is asked anything for a stranger's sake: first the widget must be one of ours, and the
        homeserver that of its owner. Raises UserError, or TemporaryError while the homeserver does not answer.
        """
        widget = await self._known(secret)
        if server != homeserver_of(widget.user):
            raise WrongUser
        if self.pace(widget.id) is not RateDecision.ALLOWED:
            raise UserError(
                gettext_lazy(
                    "That was a lot at once. Please wait half a minute, then try once more."
                )
            )
        if not _TOKEN.fullmatch(token):
            raise TokenRejected
        user = await self.openid.holder_of(token, server)
        if user is None:
            raise TokenRejected
        if user != widget.user:
            raise WrongUser
        await self._require_known_identity(user)
        level = await self.authorizer.level_of(user)
        if level is None or level < Level.BUYER:
            raise NotPermitted(user, Level.BUYER)
        fresh = await self._entered(widget, token, before)
        place = LoginTarget.STUDIO if level >= Level.SELLER else LoginTarget.LIBRARY
        return LoginResult(secret=fresh, target=place)

    async def _require_known_identity(self, user: UserId) -> None:
        """A homeserver that makes a new identity for somebody can make an OpenID token for them as well."""
        async with self.store.begin() as uow:
            identity = await uow.people.identity(user)
        if identity is not None and identity.is_changed:
            raise IdentityChanged

    async def _known(self, secret: str) -> Widget:
        async with self.store.begin() as uow:
            widget = await uow.widgets.get(widget_id(secret))
        if widget is None:
            raise WidgetExpired
        return widget

    async def _entered(self, widget: Widget, token: str, before: str | None) -> str:
        """Take each token once, and none if the widget was taken down meanwhile; tell the owner of a new browser."""
        fresh = f"{WIDGET_PREFIX}{secrets.token_urlsafe(32)}"
        async with self.store.begin() as uow:
            if not await uow.inbox.accept("openid token", digest_of(token)):
                raise TokenRejected
            if await uow.widgets.get(widget.id) is None:
                raise WidgetExpired
            known = await uow.sign_ins.get(sign_in_id(before)) if before is not None else None
            if before is not None:
                await uow.sign_ins.end(sign_in_id(before))
            if known is None or known.user != widget.user:
                await uow.jobs.add(NotifyUser(widget.user, sign_in_id(fresh), _OPENED))
            sign_in = WebSession(
                id=sign_in_id(fresh), user=widget.user, created_at=self.clock.now()
            )
            await uow.sign_ins.save(sign_in)
        return fresh
