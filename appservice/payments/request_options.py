"""What is said with a request, beside its parameters."""

from stripe import RequestOptions

from bot.ids import AccountId


def request_options(account: AccountId | None, key: str | None = None) -> RequestOptions:
    """https://docs.stripe.com/connect/authentication, https://docs.stripe.com/api/idempotent_requests"""
    options: RequestOptions = {}
    if account is not None:
        options["stripe_account"] = account
    if key is not None:
        options["idempotency_key"] = key
    return options
