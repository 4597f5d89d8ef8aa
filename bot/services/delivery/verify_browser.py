"""Beginning a claim in a browser, and proving in a chat that it is the buyer's."""

import secrets
from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.domain.purchases.download_session import PROOF_LASTS, Claim
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import LinkToken, UserId, claim_id
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class BeginClaim:
    store: Store
    clock: Clock

    async def __call__(self, link: LinkToken) -> str:
        """The secret for the browser's cookie. Raises Refusal where there is nothing to open."""
        secret, now = secrets.token_urlsafe(32), self.clock.now()
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            if purchase is None or not purchase.owned:
                raise Refusal(spoken("There is nothing to open here: it is not paid for."))
            await uow.claims.forget(before=now - PROOF_LASTS)
            code = f"{secrets.randbelow(10**6):06}"
            await uow.claims.save(
                Claim(id=claim_id(secret), purchase=purchase.id, code=code, made_at=now)
            )
        return secret


@dataclass(frozen=True, slots=True)
class ProveClaim:
    store: Store
    clock: Clock

    async def __call__(self, who: UserId, code: str) -> Offer:
        """What the browser may open now. Only the buyer's own word counts. Raises Refusal."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            for claim in await uow.claims.with_code(who, code):
                purchase = await uow.purchases.get(claim.purchase)
                offer = await uow.offers.get(purchase.offer) if purchase else None
                if offer and claim.can_be_proven(now):
                    await uow.claims.save(claim.proven(now))
                    return offer
        raise Refusal(
            spoken(
                "I know no page of yours with that code. A code lasts ten minutes: open your personal"
                " link again and ask for a new one."
            )
        )

    async def stop(self, who: UserId) -> None:
        """No browser may open anything of theirs any more."""
        async with self.store.begin() as uow:
            await uow.claims.forget(buyer=who)
