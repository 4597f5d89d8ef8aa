"""Refund a sale, at the request of its seller on the web."""

from dataclasses import dataclass, replace

from bot.domain.money.price_parser import parse_amount_only
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId, parse_sale_code
from bot.ports import Store
from bot.services.payments.plan_refund import plan_refund, refundable_payment


@dataclass(frozen=True, slots=True)
class RefundSale:
    store: Store

    async def __call__(
        self, seller: UserId, code: str, amount: str, reason: str, form: str
    ) -> None:
        """Enqueue the refund. `amount` as it was typed, empty for all that is left.

        `form` is the id of the form: sent twice, it is one refund. The result is sent to the seller's chat.
        Raises UserError.
        """
        known = parse_sale_code(code)
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_code(known) if known else None
            offer = await uow.offers.get(purchase.offer) if purchase else None
            if purchase is None or offer is None or offer.seller != seller:
                raise UserError(gettext_lazy("There is no such sale of yours."))
            currency = refundable_payment(purchase).amount.currency
            money = parse_amount_only(amount, currency) if amount.strip() else None
            job = plan_refund(purchase, money, reason, f"form:{purchase.id}:{form}")
            await uow.jobs.add(replace(job, asker=seller), queueing_lock=True)
