"""A gate whose secret is not ours: what it wants to hand over waits with its sender until an admin sees to it."""

from dataclasses import dataclass

from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store

_WORDS = (
    "Somebody calls me as the homeserver's gate, with a secret that is not ours. If that is your"
    " homeserver, files for sale can't be sent there: see to it that `secret` in homeserver.yaml and"
    " `gate.secret` in config.yaml are the same. `matrix-ppv doctor` looks at it."
)


@dataclass(frozen=True, slots=True)
class ReportGateAuthFailure:
    store: Store
    clock: Clock

    async def __call__(self) -> None:
        """Admins are told once a day."""
        alert = AlertAdmins(f"stranger at the gate:{self.clock.now().date()}", _WORDS)
        async with self.store.begin() as uow:
            await uow.jobs.add(alert, queueing_lock=True)
