"""All that is kept about one person, as one file that they can read.

https://eur-lex.europa.eu/eli/reg/2016/679/oj, articles 15 and 20.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer
from bot.domain.offers.upload import Upload
from bot.domain.people.abuse_report import Report
from bot.domain.people.cross_signing import Identity
from bot.domain.purchases.purchase import Purchase
from bot.ids import UserId, code_of, report_code_of, sale_code_of
from bot.ports import UnitOfWork
from bot.services.reporting.purchase_json import deliveries_of, payments_of, visit_json, when
from bot.services.reporting.statement import StatementRow, rows_of

_WORDS = (
    "All that this shop keeps about you, as it was at the moment below. Times are UTC. The files that you bought"
    " are in your chat and in your library, those that you sell in your studio. What opens, pays for or signs in"
    " to something is left out, for whoever had this file could use it. The payment processor has records of its own."
)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Gathered, and not yet written."""

    facts: dict[str, Any]
    sales: tuple[StatementRow, ...]
    """A seller's movements of money, which make a table too."""

    def as_json(self) -> bytes:
        return json.dumps(self.facts, ensure_ascii=False, indent=1).encode()


async def own_data(uow: UnitOfWork, who: UserId, now: datetime, zone: ZoneInfo) -> PersonalData:
    """No secrets, and nothing of other people that `who` does not see anyway."""
    sales = await rows_of(uow, await uow.ledger.of(who), zone)
    account = await uow.seller_accounts.of(who)
    facts = {
        "about": _WORDS,
        "person": who,
        "made_at": when(now),
        "shut_out_by_admins": await uow.blocks.has(who),
        "chats_with_the_bot": list(await uow.direct_rooms.all_of(who)),
        "purchases": [await _purchase(uow, each) for each in await uow.purchases.claimed_by(who)],
        "reports": [_report(each) for each in await uow.reports.of(who)],
        "browsers": await _browsers(uow, who),
        "page_for_everybody": asdict(front)
        if (front := await uow.storefronts.of(who)) is not None
        else None,
        "offers": [
            _offer(offer, await uow.uploads.of(id_))
            for id_ in await uow.offers.of_seller(who, discarded=True)
            if (offer := await uow.offers.get(id_))
        ],
        "sales": [asdict(row) for row in sales],
        "own_account_at_the_payment_processor": asdict(account) if account else None,
        "encryption_identity": _identity(await uow.people.identity(who)),
        "language": await uow.people.language(who),
        "time_zone": await uow.people.time_zone(who),
        "acts_of_admins": await _acts(uow, who),
    }
    return PersonalData(facts, sales)


def _identity(identity: Identity | None) -> dict[str, Any] | None:
    """Public keys."""
    if identity is None:
        return None
    return {
        "trusted_master_key": identity.trusted,
        "devices": sorted(identity.devices),
        "shown_master_key": identity.shown,
        "changed_at": when(identity.changed_at) if identity.changed_at else None,
    }


async def _purchase(uow: UnitOfWork, purchase: Purchase) -> dict[str, Any]:
    offer = await uow.offers.get(purchase.offer)
    return {
        "sale": sale_code_of(purchase.id),
        "offer": _bought(offer, named=purchase.ever_granted) if offer else None,
        "began_at": when(purchase.created_at),
        "given_at": when(purchase.gifted_at) if purchase.gifted_at else None,
        "checkouts": [
            {
                "number": each.number,
                "price": str(each.request.price),
                "until": when(each.request.expires_at),
                "state": each.state.value,
            }
            for each in purchase.attempts
        ],
        # The checkout's name would open the page that says where the goods went.
        "payments": [
            {name: value for name, value in each.items() if name != "checkout_session"}
            for each in payments_of(purchase)
        ],
        "deliveries": deliveries_of(purchase),
        "access_log": [visit_json(visit) for visit in await uow.visits.of(purchase.id)],
    }


def _bought(offer: Offer, *, named: bool) -> dict[str, Any]:
    """`named`: what the files are called is seen by those alone who had them."""
    return {
        "code": code_of(offer.id),
        "seller": offer.seller,
        "text": offer.text,
        "contents": summary_line(offer.paid),
        "files": [each.name for each in offer.paid] if named else None,
    }


def _offer(offer: Offer, uploads: Iterable[Upload]) -> dict[str, Any]:
    return {
        "code": code_of(offer.id),
        "state": offer.state.value,
        "begun_at": when(offer.created_at),
        "begun_in": offer.compose_room,
        "text": offer.text,
        "on_the_page_for_everybody": offer.in_storefront,
        "price": str(offer.price) if offer.price else None,
        "rooms": [each.room for each in offer.listings],
        "goes_on_sale": {
            "at": when(offer.schedule.at),
            "time_zone": offer.schedule.zone,
            "rooms": offer.schedule.rooms,
        }
        if offer.schedule
        else None,
        "files": [
            {
                "name": each.name,
                "type": each.info.mimetype,
                "bytes": each.size,
                "free": not each.paid,
                "sent_at": when(each.sent_at),
                "kept": each.encrypted is not None,
            }
            for each in offer.attachments
        ],
        "files_not_all_there_yet": [
            {
                "name": each.name,
                "type": each.info.mimetype,
                "bytes": each.size,
                "arrived": each.offset,
                "last_heard_of_at": when(each.last_activity_at),
            }
            for each in uploads
        ],
    }


def _report(report: Report) -> dict[str, Any]:
    ruling = report.decision
    return {
        "report": report_code_of(report.id),
        "offer": code_of(report.offer),
        "ground": report.category.value,
        "words": report.description,
        "made_at": when(report.created_at),
        "decision": {
            "outcome": ruling.outcome.value,
            "reasons": ruling.reason,
            "at": when(ruling.at),
        }
        if ruling
        else None,
    }


async def _browsers(uow: UnitOfWork, who: UserId) -> dict[str, Any]:
    signed_in = await uow.sign_ins.of(who)
    links = await uow.sign_in_links.of(who)
    claims = await uow.claims.of(who)
    widgets = await uow.widgets.of(who)
    return {
        "signed_in_since": _times(each.created_at for each in signed_in),
        "links_to_sign_in_made_at": _times(each.created_at for each in links),
        "studios_beside_chats_since": _times(each.created_at for each in widgets),
        "asked_to_open_goods_at": _times(each.created_at for each in claims),
        "opened_goods_since": _times(each.verified_at for each in claims if each.verified_at),
    }


async def _acts(uow: UnitOfWork, who: UserId) -> list[dict[str, Any]]:
    """What they did as an admin, and what was done about them: by whom, and the words for it, is the admins'."""
    return [
        {
            "at": when(act.at),
            "deed": act.action.value,
            "about": act.target,
            "words": act.reason if act.actor == who else None,
        }
        for act in await uow.acts.all()
        if who in {act.actor, act.target}
    ]


def _times(times: Iterable[datetime]) -> list[str]:
    return [when(each) for each in times]
