"""A payment processor in memory, which keeps to Stripe's rules for idempotency and states."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.money.checkout_attempt import (
    Amounts,
    CheckoutRequest,
    CheckoutSession,
    CheckoutStatus,
    Tax,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import (
    BalanceTransaction,
    Dispute,
    DisputeState,
    PaymentSnapshot,
    Refund,
)
from bot.domain.money.payment_event import PaymentEventRef, UnreadableEvent
from bot.errors import AccountNotSetUp, OperatorError, TemporaryError, UserError
from bot.ids import (
    AccountId,
    BookingId,
    ChargeId,
    CheckoutSessionId,
    DisputeId,
    PaymentIntentId,
    RefundId,
    UserId,
)
from bot.ports import RefundRequest
from tests.support.crash_point import CrashPoint

THEN = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class FakeProcessor:
    """Fulfils PaymentProcessor, PaymentHistory and AccountOnboarding."""

    outside_unit_of_work: Callable[[], None]
    fuse: CrashPoint = field(default_factory=CrashPoint)
    now: Callable[[], datetime] = lambda: THEN
    checkouts: dict[CheckoutSessionId, CheckoutSession] = field(default_factory=dict)
    payments: dict[PaymentIntentId, PaymentSnapshot] = field(default_factory=dict)
    unreadable: list[UnreadableEvent] = field(default_factory=list)
    recorded: list[tuple[datetime, PaymentEventRef]] = field(default_factory=list)
    """Events, as the processor keeps them."""
    accounts: dict[UserId, AccountId] = field(default_factory=dict)
    ready: set[AccountId] = field(default_factory=set)
    """Accounts that may take money."""
    poor: bool = False
    """There is no money to refund with."""
    books_late: bool = False
    """Payments come without their fee."""
    dispute_fee: int = 0
    """In minor units, each time the bank takes the money."""
    not_set_up: AccountNotSetUp | None = None
    """Why no checkout can be made."""
    expire_fails: bool = False
    """The processor does not answer when a checkout is to be expired."""
    _requests: dict[tuple[str, int], tuple[CheckoutRequest, CheckoutSessionId]] = field(
        default_factory=dict
    )
    _refunds: dict[str, RefundRequest] = field(default_factory=dict)
    _made: dict[str, list[RefundId]] = field(default_factory=dict)

    @property
    def refund_requests(self) -> list[RefundRequest]:
        return list(self._refunds.values())

    async def create_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        self.outside_unit_of_work()
        self.fuse.pass_()
        if self.not_set_up is not None:
            raise self.not_set_up
        key = (request.purchase, request.attempt)
        if key in self._requests:
            first, session = self._requests[key]
            assert first == request, "the same idempotency key came with other parameters"
        else:
            session = CheckoutSessionId(f"cs_test_{len(self.checkouts):010}")
            self._requests[key] = (request, session)
            self.checkouts[session] = CheckoutSession(
                session=session,
                reference=request.purchase,
                attempt=request.attempt,
                state=CheckoutStatus.OPEN,
                one_time=True,
                live=False,
                amounts=_amounts(request),
                url=f"https://checkout.stripe.com/c/pay/{session}",
                mark=request.mark,
            )
        self.fuse.pass_()
        return self.checkouts[session]

    async def checkout(
        self, session: CheckoutSessionId, account: AccountId | None = None
    ) -> CheckoutSession:
        self.outside_unit_of_work()
        if session not in self.checkouts:
            raise OperatorError(f"no such checkout session: {session}")
        checkout = self.checkouts[session]
        if checkout.payment is None:
            return checkout
        return replace(checkout, payment=self.payments[checkout.payment.intent])

    async def expire(self, session: CheckoutSessionId, account: AccountId | None = None) -> None:
        self.outside_unit_of_work()
        self.fuse.pass_()
        if self.expire_fails:
            raise TemporaryError("the processor does not answer")
        if self.checkouts[session].state is CheckoutStatus.OPEN:
            self.lapses(session)
        self.fuse.pass_()

    async def payment(
        self, intent: PaymentIntentId, account: AccountId | None = None
    ) -> PaymentSnapshot | None:
        self.outside_unit_of_work()
        if intent not in self.payments:
            raise OperatorError(f"no such payment: {intent}")
        return self.payments[intent]

    async def checkout_of(
        self, intent: PaymentIntentId, account: AccountId | None = None
    ) -> CheckoutSessionId | None:
        self.outside_unit_of_work()
        paid = [c for c in self.checkouts.values() if c.payment and c.payment.intent == intent]
        ours = [c.session for c in paid if self.request_of(c.session).account == account]
        return ours[0] if ours else None

    async def refund(self, request: RefundRequest) -> None:
        self.outside_unit_of_work()
        self.fuse.pass_()
        if request.key in self._refunds:
            assert self._refunds[request.key] == request, "the same key came with another refund"
        if not self._is_made(request):
            if self.poor:
                raise UserError("There is not enough money in the account.")
            if self._left(request.intent) > 0:
                self.gives_back(request.intent, request.amount)
                self._refunds[request.key] = request
                self._made.setdefault(request.key, []).append(
                    self.payments[request.intent].refunds[-1].id
                )
        self.fuse.pass_()

    # --- PaymentHistory

    async def events(
        self, since: datetime, until: datetime, account: AccountId | None = None
    ) -> AsyncIterator[PaymentEventRef | UnreadableEvent]:
        self.outside_unit_of_work()
        for unreadable in self.unreadable:
            yield unreadable
        for at, hint in list(self.recorded):
            if since <= at <= until and hint.account == account:
                yield hint

    async def completed(
        self, since: datetime, account: AccountId | None = None
    ) -> AsyncIterator[CheckoutSessionId]:
        self.outside_unit_of_work()
        for checkout in list(self.checkouts.values()):
            theirs = self.request_of(checkout.session).account == account
            if checkout.state is CheckoutStatus.COMPLETE and theirs:
                yield checkout.session

    # --- AccountOnboarding

    async def open_account(self, seller: UserId) -> AccountId:
        self.outside_unit_of_work()
        self.fuse.pass_()
        account = self.accounts.setdefault(seller, AccountId(f"acct_{len(self.accounts)}"))
        self.fuse.pass_()
        return account

    async def link(self, account: AccountId) -> str:
        self.outside_unit_of_work()
        return f"https://connect.stripe.com/setup/{account}"

    async def is_ready(self, account: AccountId) -> bool:
        self.outside_unit_of_work()
        return account in self.ready

    def forgets_keys(self) -> None:
        """As a key that the records have forgotten leads to another one: see `appservice.payments.once`."""
        self._requests = {
            (f"lost {purchase}", attempt): made
            for (purchase, attempt), made in self._requests.items()
        }

    def request_of(self, session: CheckoutSessionId) -> CheckoutRequest:
        return next(r for r, s in self._requests.values() if s == session)

    # --- what buyers, banks and merchants do; each tells the hint that a webhook would bring

    def pay(self, session: CheckoutSessionId, amount: Money | None = None) -> PaymentEventRef:
        checkout = self.checkouts[session]
        assert checkout.state in {CheckoutStatus.OPEN, CheckoutStatus.PROCESSING}
        amounts = checkout.amounts
        assert amounts
        if amount is not None:
            amounts = replace(amounts, subtotal=amount, total=amount)
        intent = PaymentIntentId(f"pi_{session}")
        facts = PaymentSnapshot(
            intent=intent,
            charge=ChargeId(f"ch_{session}"),
            amount=amounts.total,
            at=self.now(),
            fee=None if self.books_late else Money(0, amounts.total.currency),
        )
        self.payments[intent] = facts
        request = self.request_of(session)
        return self._becomes(
            session,
            CheckoutStatus.COMPLETE,
            amounts=amounts,
            payment=facts,
            commission=request.commission,
            terms_accepted=request.terms is not None,
        )

    def pays_later(self, session: CheckoutSessionId) -> PaymentEventRef:
        return self._becomes(session, CheckoutStatus.PROCESSING)

    def fails_later(self, session: CheckoutSessionId) -> PaymentEventRef:
        return self._becomes(session, CheckoutStatus.FAILED)

    def lapses(self, session: CheckoutSessionId) -> PaymentEventRef:
        return self._becomes(session, CheckoutStatus.EXPIRED)

    def gives_back(self, intent: PaymentIntentId, amount: Money | None = None) -> PaymentEventRef:
        facts, left = self.payments[intent], self._left(intent)
        back = amount or Money(left, facts.amount.currency)
        if not 0 < back.minor <= left:
            raise UserError("That is more than is left of this payment.")
        id_ = RefundId(f"re_{intent}_{len(facts.refunds)}")
        refund = Refund(id=id_, amount=back, at=self.now(), booked_at=self.now())
        return self._learns(replace(facts, refunds=(*facts.refunds, refund)))

    def _is_made(self, request: RefundRequest) -> bool:
        """And has not failed since."""
        mine = self._made.get(request.key, [])
        refunds = self.payments[request.intent].refunds
        return any(each.id in mine and not each.failed for each in refunds)

    def _left(self, intent: PaymentIntentId) -> int:
        facts = self.payments[intent]
        return facts.amount.minor - sum(r.amount.minor for r in facts.refunds if not r.failed)

    def refund_fails(self, intent: PaymentIntentId) -> PaymentEventRef:
        facts = self.payments[intent]
        failed = replace(facts.refunds[-1], failed=True, failure_booked_at=self.now())
        refunds = (*facts.refunds[:-1], failed)
        return self._learns(replace(facts, refunds=refunds))

    def disputes(
        self,
        intent: PaymentIntentId,
        state: DisputeState = DisputeState.OPEN,
        amount: Money | None = None,
    ) -> PaymentEventRef:
        """The bank opens a dispute, or decides the one that is open; over `amount`, or all of it."""
        facts = self.payments[intent]
        before = facts.disputes[0] if facts.disputes else None
        over = amount or (before.amount if before else facts.amount)
        dispute = Dispute(
            id=DisputeId(f"du_{intent}"),
            amount=over,
            at=before.at if before else self.now(),
            state=state,
            reason="fraudulent",
            bookings=before.bookings if before else (),
        )
        if not dispute.settled:
            sign, fee = (-1, self.dispute_fee) if dispute.taken else (1, 0)
            booking = BalanceTransaction(
                id=BookingId(f"txn_{intent}_{len(dispute.bookings)}"),
                amount=Money(sign * over.minor, over.currency),
                fee=Money(fee, over.currency),
                at=self.now(),
            )
            dispute = replace(dispute, bookings=(*dispute.bookings, booking))
        return self._learns(replace(facts, disputes=(dispute,)))

    def books(self, intent: PaymentIntentId, fee: Money) -> PaymentEventRef:
        """The payment is booked, later than it was made; `charge.updated` tells of it."""
        return self._learns(replace(self.payments[intent], fee=fee, fee_at=self.now()))

    def warns(self, intent: PaymentIntentId) -> PaymentEventRef:
        return self._learns(replace(self.payments[intent], fraud_warning=True))

    def balance(self) -> int:
        """What is in the account, in minor units, whatever the currency."""
        total = 0
        for facts in self.payments.values():
            total += facts.amount.minor
            total -= facts.fee.minor if facts.fee else 0
            total -= sum(r.amount.minor for r in facts.refunds if not r.failed)
            total += sum(b.amount.minor - b.fee.minor for d in facts.disputes for b in d.bookings)
        return total

    def _becomes(
        self, session: CheckoutSessionId, state: CheckoutStatus, **changes: object
    ) -> PaymentEventRef:
        changed = replace(self.checkouts[session], state=state, url=None, **changes)  # type: ignore[arg-type]
        self.checkouts[session] = changed
        return self._record(session, is_checkout=True)

    def _learns(self, facts: PaymentSnapshot) -> PaymentEventRef:
        self.payments[facts.intent] = facts
        return self._record(facts.intent, is_checkout=False)

    def _record(
        self, about: CheckoutSessionId | PaymentIntentId, *, is_checkout: bool
    ) -> PaymentEventRef:
        session = about if is_checkout else about.removeprefix("pi_")
        mine = [r for r, s in self._requests.values() if s == session]
        hint = PaymentEventRef(
            event=f"evt_{len(self.recorded)}",
            about=about,
            is_checkout=is_checkout,
            account=mine[0].account if mine else None,
        )
        self.recorded.append((self.now(), hint))
        return hint


def _amounts(request: CheckoutRequest) -> Amounts:
    """A tax of a fifth, where there is any."""
    currency, minor = request.price.currency, request.price.minor
    tax = {Tax.NONE: 0, Tax.INCLUDED: minor // 6, Tax.ADDED: minor // 5}[request.tax]
    total = minor + (tax if request.tax is Tax.ADDED else 0)
    return Amounts(subtotal=request.price, tax=Money(tax, currency), total=Money(total, currency))
