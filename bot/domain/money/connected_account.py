"""A seller's own account at the payment processor, where the money of their sales goes."""

from dataclasses import dataclass, replace
from typing import Self

from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import AccountId, UserId


class AccountNotReady(UserError):
    """The processor would not take money for this seller yet."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "Before you can sell, you need an account that your money goes to. Say `!ppv connect` in"
                " our direct chat, and I give you the link."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedAccount:
    seller: UserId
    account: AccountId
    ready: bool = False
    """The processor takes cards for it."""

    def with_ready(self, *, ready: bool) -> Self:
        return replace(self, ready=ready)


@dataclass(frozen=True, slots=True)
class ApplicationFee:
    """What the house keeps of each sale on a seller's own account."""

    basis_points: int
    """Hundredths of a percent."""

    def amount_for(self, minor: int) -> int:
        """In minor units, rounded down."""
        return minor * self.basis_points // 10_000
