"""What the settings say, in the bot's own terms."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from appservice.languages import load_languages
from bot.bootstrap import BotConfig
from bot.domain.money.checkout_attempt import Tax, Terms
from bot.domain.money.connected_account import ApplicationFee
from bot.domain.money.fees import Fees, ProcessorFee
from bot.domain.people.permissions import Level, Permissions
from bot.domain.retention_state import Retention
from bot.domain.urls import PublicUrls
from bot.ids import UserId
from bot.services.auth.room_language import KnownLanguage
from bot.services.checkout.start_checkout import CheckoutRules
from bot.services.delivery.deliver import Patience
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.quotas import Quotas
from bot.services.inbound.limit_commands import CommandRates
from bot.services.room_sale.flag_sale import Windows
from config.sections.retention import Retention as RetentionSettings
from config.settings import Settings

_GATHERING = timedelta(seconds=10)
"""Clients that send several files at once need about a second for each that is not large."""


def bot_id(settings: Settings) -> UserId:
    return UserId(f"@{settings.appservice.bot_localpart}:{settings.homeserver.domain}")


def bot_config(settings: Settings) -> BotConfig:
    limits = settings.limits
    return BotConfig(
        bot=bot_id(settings),
        permissions=Permissions(
            {who: Level[level.upper()] for who, level in settings.permissions.items()}
        ),
        limits=Limits(file_size=limits.file_size, attachments=limits.attachments_per_offer),
        quotas=Quotas(limits.storage_per_seller, limits.offers_per_day),
        paces=CommandRates(limits.commands_per_minute, limits.room_commands_per_minute),
        windows=Windows(timedelta(minutes=limits.listening_minutes), _GATHERING),
        currency=settings.prices.default_currency,
        urls=PublicUrls(settings.public.url.rstrip("/")),
        live=settings.stripe.live,
        checkout=_checkout(settings),
        fees=_fees(settings),
        refund_on_warning=settings.stripe.refund_on_fraud_warning,
        patience=Patience(
            until_joined=settings.delivery.wait_until_joined,
            at_most=timedelta(days=settings.delivery.give_up_after_days),
        ),
        withdrawal_days=settings.sales.withdrawal_days,
        time_zone=ZoneInfo(settings.sales.time_zone),
        remove_location=settings.sales.remove_location,
        contact=settings.sales.contact,
        admin_room=settings.admins.room,
        retention=_retention(settings.retention),
        visits_kept=timedelta(days=settings.sales.access_log_days),
        tongues=known_languages(),
        language=settings.messages.language,
        widgets=bool(settings.public.widget_clients),
        private=settings.encryption.direct_rooms == "required",
        signed_only=settings.encryption.devices == "required",
    )


def _retention(section: RetentionSettings) -> Retention:
    def kept(days: int) -> timedelta | None:
        return timedelta(days=days) if days else None

    return Retention(
        drafts=kept(section.drafts),
        withdrawn=kept(section.withdrawn),
        purchased_files=kept(section.goods),
        links=kept(section.links),
        reports=kept(section.reports),
        inbox=kept(section.heard),
        notice=timedelta(days=section.notice),
    )


def known_languages() -> tuple[KnownLanguage, ...]:
    languages = load_languages().values()
    return tuple(
        KnownLanguage(
            code=each.code,
            name=each.name,
            known_as=frozenset(
                {each.code, *(each.called(other).casefold() for other in languages)}
            ),
        )
        for each in languages
    )


def _fees(settings: Settings) -> Fees:
    known = {
        each: ProcessorFee(fee.percent, fee.fixed) for each, fee in settings.stripe.fees.items()
    }
    return Fees(known, _commission(settings))


def _commission(settings: Settings) -> ApplicationFee | None:
    if not settings.stripe.connect:
        return None
    return ApplicationFee(int(settings.stripe.commission_percent * 100))


def _checkout(settings: Settings) -> CheckoutRules:
    sales = settings.sales
    terms = Terms(version=sales.terms_version, text=sales.terms_text, url=sales.terms_url)
    return CheckoutRules(
        terms=terms if terms.text else None,
        tax=Tax(settings.stripe.tax),
        invoice=settings.stripe.invoices,
        managed=settings.stripe.managed_payments,
        open_at_once=settings.limits.open_checkouts,
        commission=_commission(settings),
    )
