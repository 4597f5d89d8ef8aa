"""Making the link that signs a browser in."""

import secrets
from dataclasses import dataclass

from bot.domain.people.web_session import LINK_LASTS, SIGN_IN_LASTS, Place, SignInLink
from bot.domain.urls import Links
from bot.ids import UserId, sign_in_link_id
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class MakeSignInLink:
    store: Store
    clock: Clock
    links: Links

    async def __call__(self, user: UserId, place: Place) -> str:
        """For the user's own chat alone. What has run out is swept on this occasion."""
        secret, now = secrets.token_urlsafe(32), self.clock.now()
        link = SignInLink(id=sign_in_link_id(secret), user=user, place=place, made_at=now)
        async with self.store.begin() as uow:
            await uow.sign_in_links.forget(before=now - LINK_LASTS)
            await uow.sign_ins.forget(before=now - SIGN_IN_LASTS)
            await uow.sign_in_links.save(link)
        return self.links.sign_in(secret)
