"""A browser that signs in, is known, and signs out."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.people.permissions import Level
from bot.domain.people.web_session import WIDGET_PREFIX, LoginLink, LoginTarget, WebSession
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId, sign_in_id, sign_in_link_id
from bot.ports import Clock, Store
from bot.services.auth.authorization import Authorizer

_JUST_NOW = timedelta(minutes=15)


class LinkExpired(UserError):
    """A link that was used, has run out, or never was one of ours."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "This link does not work any more: it is good for ten minutes, and once. Write `!ppv"
                " library` to the bot, or `!ppv studio` if you sell, and you get a new one."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginResult:
    secret: str = field(repr=False)
    """For the browser's cookie."""
    target: LoginTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentUser:
    """Somebody at a browser."""

    user: UserId
    may_sell: bool
    recent_login: bool = False
    """By a link from the chat, and only moments ago: what cannot be undone asks for that."""


@dataclass(frozen=True, slots=True)
class LoginService:
    store: Store
    clock: Clock
    authorizer: Authorizer

    async def peek(self, secret: str) -> LoginLink:
        """Whom the link signs in. Looking does not use it up, for chats and scanners fetch links too.

        Raises LinkExpired.
        """
        async with self.store.begin() as uow:
            link = await uow.sign_in_links.get(sign_in_link_id(secret))
        if link is None or not link.is_valid(self.clock.now()):
            raise LinkExpired
        return link

    async def login(self, secret: str, before: str | None = None) -> LoginResult:
        """Use the link up. `before` is the secret that the browser had until now: that sign-in ends.

        Raises LinkExpired.
        """
        id_, fresh, now = sign_in_link_id(secret), secrets.token_urlsafe(32), self.clock.now()
        async with self.store.begin() as uow:
            link = await uow.sign_in_links.get(id_)
            if link is None or not link.is_valid(now) or not await uow.sign_in_links.use(id_):
                raise LinkExpired
            if before is not None:
                await uow.sign_ins.end(sign_in_id(before))
            await uow.sign_ins.save(
                WebSession(id=sign_in_id(fresh), user=link.user, created_at=now)
            )
        return LoginResult(secret=fresh, target=link.target)

    async def current_user(self, secret: str) -> CurrentUser | None:
        """Who sits there; None for nobody that we know, and for those who are blocked meanwhile."""
        async with self.store.begin() as uow:
            found = await uow.sign_ins.get(sign_in_id(secret))
        if found is None or not found.is_valid(self.clock.now()):
            return None
        level = await self.authorizer.level_of(found.user)
        if level is None or level < Level.BUYER:
            return None
        return CurrentUser(
            user=found.user,
            may_sell=level >= Level.SELLER,
            recent_login=self._is_just_now(secret, found),
        )

    def _is_just_now(self, secret: str, found: WebSession) -> bool:
        """Whether a link from the chat was used moments ago. The word of a homeserver is not enough for that."""
        recent = self.clock.now() - found.created_at < _JUST_NOW
        return recent and not secret.startswith(WIDGET_PREFIX)

    async def logout(self, secret: str) -> None:
        async with self.store.begin() as uow:
            await uow.sign_ins.end(sign_in_id(secret))

    async def logout_everywhere(self, user: UserId) -> None:
        """No browser is signed in as that user any more, and no link is left to do so."""
        async with self.store.begin() as uow:
            await uow.sign_ins.forget(user=user)
            await uow.sign_in_links.forget(user=user)
