"""Who the tests meet."""

import secrets
from dataclasses import dataclass

from sandbox.clients import ClientPool, MatrixUser
from sandbox.synapse import Account, Synapse


@dataclass(frozen=True, slots=True)
class Newcomers:
    """People whom nobody has met before: "sally" is another Sally in every test."""

    cast: ClientPool
    synapse: Synapse

    async def register(self, name: str) -> Account:
        unique = f"{name}-{secrets.token_hex(4)}"
        return await self.synapse.register(unique, display_name=name.capitalize())

    async def __call__(self, name: str, *, accepts_invites: bool = False) -> MatrixUser:
        account = await self.register(name)
        return await self.cast.log_in(account, accepts_invites=accepts_invites)


@dataclass(frozen=True, slots=True)
class Company:
    """A public room; the seller made it, the others have joined, and everybody knows."""

    room_id: str
    seller: MatrixUser
    buyer: MatrixUser
    bystander: MatrixUser
