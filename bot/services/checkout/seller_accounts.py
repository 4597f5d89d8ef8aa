"""Sellers' own accounts: opened, filled in at the processor, and asked for before anything is sold."""

from dataclasses import dataclass

from bot.domain.money.connected_account import NotReadyToSell, SellerAccount
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import AccountId, UserId
from bot.ports import Clock, SellerOnboarding, Store
from bot.services.checkout.account_status import save_standing


@dataclass(frozen=True, slots=True)
class SellersAccounts:
    """`on`: sellers need accounts of their own. Off, all money goes to the house's."""

    store: Store
    onboarding: SellerOnboarding
    clock: Clock
    on: bool

    async def require_ready(self, seller: UserId) -> None:
        """Raises NotReadyToSell."""
        if not self.on:
            return
        async with self.store.begin() as uow:
            own = await uow.seller_accounts.of(seller)
        if own is None or not (own.ready or await self._look(own)):
            raise NotReadyToSell

    async def connect(self, seller: UserId) -> str | None:
        """Where to tell the processor what it wants to know; None once it takes money for the seller.

        Raises Refusal where sellers have no accounts of their own.
        """
        if not self.on:
            raise Refusal(
                spoken(
                    "Here all sales go to the account of the people who run this. Ask them how you get your"
                    " share."
                )
            )
        async with self.store.begin() as uow:
            own = await uow.seller_accounts.of(seller)
        if own is None:
            own = await self._opened(seller, await self.onboarding.open_account(seller))
        if await self._look(own):
            return None
        return await self.onboarding.link(own.account)

    async def _opened(self, seller: UserId, account: AccountId) -> SellerAccount:
        async with self.store.begin() as uow:
            known = await uow.seller_accounts.of(seller)
            own = known or SellerAccount(seller=seller, account=account)
            await uow.seller_accounts.save(own)
        return own

    async def _look(self, own: SellerAccount) -> bool:
        ready = await self.onboarding.is_ready(own.account)
        if ready is not own.ready:
            async with self.store.begin() as uow:
                await save_standing(uow, own, ready=ready, now=self.clock.now())
        return ready
