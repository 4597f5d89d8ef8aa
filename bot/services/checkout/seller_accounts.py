"""Sellers' own accounts: opened, filled in at the processor, and asked for before anything is sold."""

from dataclasses import dataclass

from bot.domain.money.connected_account import AccountNotReady, ConnectedAccount
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import AccountId, UserId
from bot.ports import AccountOnboarding, Clock, Store
from bot.services.checkout.account_status import save_account_status


@dataclass(frozen=True, slots=True)
class ConnectService:
    """`on`: sellers need accounts of their own. Off, all money goes to the house's."""

    store: Store
    onboarding: AccountOnboarding
    clock: Clock
    on: bool

    async def require_ready(self, seller: UserId) -> None:
        """Raises AccountNotReady."""
        if not self.on:
            return
        async with self.store.begin() as uow:
            own = await uow.seller_accounts.of(seller)
        if own is None or not (own.ready or await self._look(own)):
            raise AccountNotReady

    async def connect(self, seller: UserId) -> str | None:
        """Where to tell the processor what it wants to know; None once it takes money for the seller.

        Raises UserError where sellers have no accounts of their own.
        """
        if not self.on:
            raise UserError(
                gettext_lazy(
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

    async def _opened(self, seller: UserId, account: AccountId) -> ConnectedAccount:
        async with self.store.begin() as uow:
            known = await uow.seller_accounts.of(seller)
            own = known or ConnectedAccount(seller=seller, account=account)
            await uow.seller_accounts.save(own)
        return own

    async def _look(self, own: ConnectedAccount) -> bool:
        ready = await self.onboarding.is_ready(own.account)
        if ready is not own.ready:
            async with self.store.begin() as uow:
                await save_account_status(uow, own, ready=ready, now=self.clock.now())
        return ready
