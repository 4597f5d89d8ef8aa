"""The sale that an operator means."""

import click

from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.ids import parse_sale_code
from bot.ports import UnitOfWork

sale_argument = click.argument("code")


async def sale_with(uow: UnitOfWork, typed: str) -> Purchase:
    """Raises UserError."""
    code = parse_sale_code(typed)
    purchase = await uow.purchases.by_code(code) if code else None
    if purchase is None:
        raise UserError(f"There is no sale {typed}. Codes of sales look like S-K7QM2-XPA4E.")
    return purchase
