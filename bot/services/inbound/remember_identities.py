"""Remember cross-signing identities from the first sight of them, and tell of each change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.cross_signing import CONFIRMABLE_AFTER, Identity, SeenIdentity
from bot.i18n import gettext_lazy
from bot.ids import UserId
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class RememberIdentities:
    store: Store
    clock: Clock
    admins: tuple[UserId, ...] = ()

    async def __call__(self, seen: Mapping[str, SeenIdentity]) -> Mapping[str, Identity]:
        """What is remembered of these people, brought up to date with what the homeserver shows now."""
        remembered: dict[str, Identity] = {}
        async with self.store.begin() as uow:
            for name, shown in seen.items():
                user = UserId(name)
                known = await uow.people.identity(user)
                now = (
                    known.updated(shown, self.clock.now()) if known else Identity.first(user, shown)
                )
                remembered[name] = now
                if now == known:
                    continue
                await uow.people.save_identity(now)
                if known and now.changed_at and now.changed_at != known.changed_at:
                    await self._tell(uow, now, now.changed_at)
        return remembered

    async def _tell(self, uow: UnitOfWork, identity: Identity, at: datetime) -> None:
        user = identity.user
        key = f"identity:{identity.shown}:{at.isoformat()}"
        words = gettext_lazy(
            "⚠️ Your encryption identity is a new one: your app has set it up or reset it, or somebody did it"
            " for you. Was that you? Then say `!ppv identity confirm`, best from an app that you used with me"
            " before; from a new one it works from {date} on. Until then I leave alone what has to do with"
            " money and your pages, and send what you buy to your earlier apps only. If it wasn't you, please"
            " tell the people who run this: `!ppv help payment` says how.",
            date=f"{at + CONFIRMABLE_AFTER:%Y-%m-%d}",
        )
        await uow.jobs.add(NotifyUser(user, key, words), queueing_lock=True)
        if user in self.admins or await uow.offers.of_seller(user):
            alert = (
                f"The encryption identity of {user} has changed. Until it is confirmed they cannot sell,"
                " refund or open their pages here. Ask them by another way whether it was them; if it was:"
                f" `!ppv admin identity {user}`. If not, somebody else may hold their account:"
                f" `!ppv admin block {user}`."
            )
            await uow.jobs.add(AlertAdmins(f"{key}:{user}", alert), queueing_lock=True)
