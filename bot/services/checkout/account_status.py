"""Track whether a seller's connected account can take payments, and notify seller and admins of changes."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.money.connected_account import ConnectedAccount
from bot.i18n import gettext_lazy
from bot.ids import AccountId
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import RefreshAccountStatus
from bot.ports import AccountOnboarding, Clock, Store, UnitOfWork

_STOPPED = gettext_lazy(
    "Stripe takes no payments for you any more, so nothing of yours can be bought at the moment. What was bought"
    " stays bought. Please see in your Stripe account what it asks for, then say `!ppv connect`: that gives you the"
    " link, and your offers are open again as soon as Stripe is content."
)
_BACK = gettext_lazy("Stripe takes payments for you again: your offers can be bought.")


async def save_account_status(
    uow: UnitOfWork, own: ConnectedAccount, *, ready: bool, now: datetime, why: str = ""
) -> None:
    """Save the status; notify seller and admins once when it becomes not ready. `why` is shown to admins."""
    latest = await uow.seller_accounts.of(own.seller)
    if latest is None or latest.account != own.account or latest.ready is ready:
        return
    await uow.seller_accounts.save(latest.with_ready(ready=ready))
    if not ready:
        key = f"account {own.account} stopped:{now.isoformat()}"
        await uow.jobs.add(NotifyUser(own.seller, key, _STOPPED))
        message = (
            f"Stripe takes no payments for {own.seller} any more ({own.account}), so nothing of theirs can be bought."
            f" They were told. {why}".rstrip()
        )
        await uow.jobs.add(AlertAdmins(key, message))


@dataclass(frozen=True, slots=True)
class CheckAccountStatus:
    store: Store
    onboarding: AccountOnboarding
    clock: Clock

    async def __call__(self, job: RefreshAccountStatus) -> None:
        own = await self._by_account(job.account)
        if own is None:
            return
        ready = await self.onboarding.is_ready(own.account)
        now = self.clock.now()
        async with self.store.begin() as uow:
            if ready and not own.ready:
                key = f"account {own.account} back:{now.isoformat()}"
                await uow.jobs.add(NotifyUser(own.seller, key, _BACK))
            await save_account_status(uow, own, ready=ready, now=now)

    async def _by_account(self, account: AccountId) -> ConnectedAccount | None:
        async with self.store.begin() as uow:
            accounts = await uow.seller_accounts.all()
        return next((each for each in accounts if each.account == account), None)
