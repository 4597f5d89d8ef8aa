"""Connected accounts of sellers: create, onboard, and require before a sale."""

from dataclasses import dataclass

from bot.domain.money.connected_account import AccountNotReady, ConnectedAccount
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import AccountId, UserId
from bot.ports import AccountOnboarding, Clock, Store
from bot.services.checkout.account_status import save_account_status


@dataclass(frozen=True, slots=True)
class ConnectService:
    """`on`: sellers need connected accounts. Otherwise all payments go to the operator's account."""

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
        if own is None or not (own.ready or await self._refresh(own)):
            raise AccountNotReady

    async def connect(self, seller: UserId) -> str | None:
        """Return the URL of Stripe's onboarding, or None once the account can take payments.

        Raises UserError if sellers have no accounts of their own here.
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
            own = await self._save_opened(seller, await self.onboarding.open_account(seller))
        if await self._refresh(own):
            return None
        return await self.onboarding.link(own.account)

    async def _save_opened(self, seller: UserId, account: AccountId) -> ConnectedAccount:
        async with self.store.begin() as uow:
            known = await uow.seller_accounts.of(seller)
            own = known or ConnectedAccount(seller=seller, account=account)
            await uow.seller_accounts.save(own)
        return own

    async def _refresh(self, own: ConnectedAccount) -> bool:
        ready = await self.onboarding.is_ready(own.account)
        if ready is not own.ready:
            async with self.store.begin() as uow:
                await save_account_status(uow, own, ready=ready, now=self.clock.now())
        return ready
