"""Making the link that signs a browser in."""

import secrets
from dataclasses import dataclass

from bot.domain.people.web_session import LINK_TTL, SESSION_TTL, LoginLink, LoginTarget
from bot.domain.urls import PublicUrls
from bot.ids import UserId, sign_in_link_id
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class CreateLoginLink:
    store: Store
    clock: Clock
    urls: PublicUrls

    async def __call__(self, user: UserId, place: LoginTarget) -> str:
        """For the user's own chat alone. What has run out is swept on this occasion."""
        secret, now = secrets.token_urlsafe(32), self.clock.now()
        link = LoginLink(id=sign_in_link_id(secret), user=user, target=place, created_at=now)
        async with self.store.begin() as uow:
            await uow.sign_in_links.forget(before=now - LINK_TTL)
            await uow.sign_ins.forget(before=now - SESSION_TTL)
            await uow.sign_in_links.save(link)
        return self.urls.sign_in(secret)
