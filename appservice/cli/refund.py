"""`matrix-ppv refund`: money goes back to a buyer."""

import secrets
from dataclasses import replace
from pathlib import Path

import click

from appservice.cli.acts import act
from appservice.cli.configuration import config_option, load_settings
from appservice.cli.records import with_records
from appservice.cli.sales import sale_argument, sale_with
from appservice.db.store import SqlStore
from bot.domain.money.money import Money
from bot.domain.money.price_parser import parse_amount_only
from bot.domain.people.audit_log import COMMAND_LINE, AuditAction
from bot.ids import PaymentIntentId
from bot.jobs.payment_jobs import RefundPayment
from bot.services.payments.plan_refund import plan_refund, refundable_payment


@click.command()
@config_option
@sale_argument
@click.argument("amount", default="")
@click.option(
    "--payment", default="", help="Another payment of the sale than the one it stands on: pi_…"
)
@click.option("--reason", default="", help="Kept with the refund, for the books.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def refund(path: Path, code: str, amount: str, payment: str, reason: str, *, yes: bool) -> None:
    """Refund sale CODE: all that is left of it, or AMOUNT, such as "2.50" or "2.50 USD"."""
    settings = load_settings(path)
    key = f"cli:{secrets.token_hex(8)}"

    async def job(store: SqlStore) -> tuple[RefundPayment, Money]:
        async with store.begin() as uow:
            purchase = await sale_with(uow, code)
            named = PaymentIntentId(payment) if payment else None
            left = refundable_payment(purchase, named).refundable
            money = parse_amount_only(amount, left.currency) if amount else None
            planned = plan_refund(purchase, money, reason, key, named)
            return replace(planned, asker=COMMAND_LINE), money or left

    planned, money = with_records(settings, job)
    what = str(money) if planned.minor is not None else f"{money}, all that is left of it,"
    if not yes:
        click.confirm(f"Refund {what} for sale {code.upper()}?", abort=True)

    async def add(store: SqlStore) -> None:
        async with store.begin() as uow:
            await uow.jobs.add(planned)
            await uow.acts.add(
                act(
                    AuditAction.REFUND,
                    code.upper(),
                    " ".join(filter(None, [payment, amount, reason])),
                )
            )

    with_records(settings, add)
    click.echo(
        "matrix-ppv asks Stripe for it within seconds, if it is running, or else at its next start."
        " Buyer and seller are told in their chats; if Stripe refuses it, the admins' room and the log of admins'"
        " acts (`matrix-ppv audit`) say why."
    )
