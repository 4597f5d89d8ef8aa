"""Every chat command that the docs name is typed, and understood."""

import re
from dataclasses import dataclass

import pytest

from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, RoomId, UserId, code_of, report_code_of, sale_code_of
from bot.jobs.payment_jobs import SyncPaymentEvents
from bot.messages import Line
from tests.support.bot_harness import ADMINS, ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.documented_commands import typed_in_chat
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"
DORA = UserId("@dora:test")
NOT_UNDERSTOOD = re.compile(
    r"I don't know|did not understand|can't see a price|^Which|between us|no such|you can write"
)

# Who says it, and where. A command without a line here fails the test: add one, and see it answered.
SELLERS, BUYERS = (ALICE, STUDIO), (BOB, None)
IN_A_ROOM = (ALICE, LOUNGE)
OF_ADMINS = (DORA, ADMINS)
SAID_BY: dict[str, tuple[UserId, RoomId | None]] = {
    "": IN_A_ROOM,
    "5": IN_A_ROOM,
    "5.00": IN_A_ROOM,
    "admin": OF_ADMINS,
    "buy": BUYERS,
    "cancel": BUYERS,
    "claim": BUYERS,
    "connect": SELLERS,
    "discard": SELLERS,
    "done": IN_A_ROOM,
    "export": SELLERS,
    "forget-me": BUYERS,
    "free": SELLERS,
    "give": SELLERS,
    "identity": BUYERS,
    "help": BUYERS,
    "keep": SELLERS,
    "lang": BUYERS,
    "library": BUYERS,
    "location": SELLERS,
    "page": SELLERS,
    "paid": SELLERS,
    "pin": IN_A_ROOM,
    "preview": SELLERS,
    "price": SELLERS,
    "publish": SELLERS,
    "refund": SELLERS,
    "remove": SELLERS,
    "report": BUYERS,
    "scheduled": SELLERS,
    "share": SELLERS,
    "shop": IN_A_ROOM,
    "stats": SELLERS,
    "studio": SELLERS,
    "text": SELLERS,
    "widget": SELLERS,
    "withdraw": SELLERS,
}
BEFORE: dict[str, str] = {
    "done": "!ppv 5 USD Sunset",
    "forget-me yes": "forget-me",
    "page": "!ppv page on harbour-photos",
    "scheduled": "!ppv publish #lounge:test at 2026-12-01 18:00 Europe/Berlin",
}
"""What the same person says first, where the command needs it."""
REFUSED: dict[str, str] = {
    "claim 123456": "no page of yours with that code",
    "connect": "all sales go to the account of the people who run this",
}
"""What is understood and refused here, and a part of the reason."""


@dataclass(frozen=True, slots=True)
class Prepared:
    house: BotHarness
    offer: OfferId
    laid_aside: int
    """A job's number."""

    def filled_in(self, words: str) -> str:
        """With names and codes that there are, for those of the docs."""
        (report,) = self.house.store.records.reports
        (purchase,) = self.house.store.records.purchases
        for pattern, own in (
            (r"\bR-(CODE|K7QM2-XPA4E)", report_code_of(report)),
            (r"\bS-(CODE|K7QM2-XPA4E)", sale_code_of(purchase)),
            (r"\b(CODE|K7QM2-XPA4E)\b", code_of(self._code(words))),
            (r"#photos:example\.org", "#lounge:test"),
            (r"@(name|bob|carol):example\.org", "@carol:test"),
            (r" \[amount\] \[reason\]", ""),
            ("retry 12", f"retry {self.laid_aside}"),
            ("…", "Sunset"),
        ):
            words = re.sub(pattern, own, words)
        return words

    def _code(self, words: str) -> OfferId:
        """The draft's, where it is a draft that is spoken of."""
        offers = self.house.store.records.offers.values()
        drafts = [each.id for each in offers if each.id != self.offer]
        return drafts[0] if words.startswith("!ppv scheduled") and drafts else self.offer


async def prepared() -> Prepared:
    """Alice sells and has a draft of three files, Bob has bought, Dora is an admin, and somebody complains."""
    house = BotHarness()
    house.restart(
        permissions=Permissions({"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN}),
        admin_room=ADMINS,
    )
    house.matrix.members[ADMINS] = {BOT, DORA}
    offer = await house.publishes(PNG)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    await house.pays(BOB)
    await house.says(BOB, LOUNGE, f"!ppv report {code_of(offer)} it is not a harbour")
    await house.time_passes(minutes=1)
    for number in range(3):
        await house.sends(ALICE, STUDIO, PNG, f"{number}.png")
    await house.says(ALICE, STUDIO, "!ppv 5 USD Sunset")
    return Prepared(house, offer, await a_job_laid_aside(house))


async def a_job_laid_aside(house: BotHarness) -> int:
    async with house.store.begin() as uow:
        await uow.jobs.add(SyncPaymentEvents())
    claimed = await house.store.queue.claim(house.clock.now())
    assert claimed
    await house.store.queue.fail(claimed, "nobody knows why")
    return claimed.id


def test_there_is_a_rule_for_each_and_no_other() -> None:
    names = {_name(each) for each in typed_in_chat()}
    assert len(names) > 25
    assert names - set(SAID_BY) == set(), "say in SAID_BY who types it, and where"


@pytest.mark.parametrize("typed", typed_in_chat())
async def test_it_is_understood(typed: str) -> None:
    prepared_ = await prepared()
    house = prepared_.house
    who, where = SAID_BY[_name(typed)]
    room = where or house.direct(who)
    words = typed.removeprefix("!ppv").strip()
    first = next((own for begin, own in BEFORE.items() if words.startswith(begin)), None)
    if first:
        await house.says(who, room, first)
    before = (len(house.matrix.said), repr(house.store.records.offers), len(house.matrix.pinned))
    await house.says(who, room, prepared_.filled_in(typed))
    after = (len(house.matrix.said), repr(house.store.records.offers), len(house.matrix.pinned))
    assert after != before, "something is said or done"
    answers = [
        each.message.words
        for each in house.matrix.said[before[0] :]
        if isinstance(each.message, Line)
    ]
    for answer in answers:
        assert not NOT_UNDERSTOOD.search(answer), answer
    if words in REFUSED:
        assert any(REFUSED[words] in answer for answer in answers), answers
    assert len(await house.store.queue.failed_jobs()) <= 1


def _name(typed: str) -> str:
    words = typed.removeprefix("!ppv").split()
    return words[0].lower() if words else ""
