"""Start a download session in a browser, and verify it by a code that the buyer types in the chat."""

import secrets
from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.domain.purchases.download_session import DOWNLOAD_SESSION_TTL, DownloadSession
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, UserId, claim_id
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class StartDownload:
    store: Store
    clock: Clock

    async def __call__(self, link: LinkToken) -> str:
        """Return the secret for the browser's cookie. Raises UserError if nothing was paid."""
        secret, now = secrets.token_urlsafe(32), self.clock.now()
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            if purchase is None or not purchase.has_access:
                raise UserError(gettext_lazy("There is nothing to open here: it is not paid for."))
            await uow.claims.forget(before=now - DOWNLOAD_SESSION_TTL)
            code = f"{secrets.randbelow(10**6):06}"
            await uow.claims.save(
                DownloadSession(
                    id=claim_id(secret), purchase=purchase.id, user_code=code, created_at=now
                )
            )
        return secret


@dataclass(frozen=True, slots=True)
class VerifyBrowser:
    store: Store
    clock: Clock

    async def __call__(self, who: UserId, code: str) -> Offer:
        """Verify the buyer's session with this code and return its offer. Raises UserError."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            for claim in await uow.claims.with_code(who, code):
                purchase = await uow.purchases.get(claim.purchase)
                offer = await uow.offers.get(purchase.offer) if purchase else None
                if offer and claim.can_be_verified(now):
                    await uow.claims.save(claim.verified(now))
                    return offer
        raise UserError(
            gettext_lazy(
                "I know no page of yours with that code. A code lasts ten minutes: open your personal"
                " link again and ask for a new one."
            )
        )

    async def stop(self, who: UserId) -> None:
        """Delete all download sessions of the user."""
        async with self.store.begin() as uow:
            await uow.claims.forget(buyer=who)
