"""The form to report an offer, over HTTP, and what stands at the foot of the pages."""

from dataclasses import replace

import pytest

from appservice.web.site import Legal
from bot.domain.people.abuse_report import Decision, Outcome, ReportCategory
from bot.ids import report_code_of
from bot.services.auth.login import CurrentUser
from tests.support.factories import NOON
from tests.support.fake_page_data import ALICE, OFFER, SECRET
from tests.support.fake_pages import Shop

BROWSER = {"Accept": "text/html"}
FORM = f"/report/{OFFER}"
FINE = {
    "ground": "stolen",
    "words": "I took this photo myself, in May.",
    "name": "Ann Ö",
    "email": "ann@example.org",
    "good_faith": "yes",
}


async def test_a_report_is_filed_and_acknowledged_under_an_address_of_its_own() -> None:
    shop = Shop()
    async with shop.open(prefix="/shop") as client:
        page = await (await client.get(f"/shop{FORM}")).text()
        assert f'action="/shop{FORM}"' in page
        assert all(f'name="ground" value="{ground}"' in page for ground in ReportCategory)
        answer = await client.post(f"/shop{FORM}", data=FINE, allow_redirects=False)
        assert answer.status == 303
        assert answer.headers["Location"].startswith(f"/shop{FORM}?receipt=")
        receipt = await (await client.get(answer.headers["Location"])).text()
    (report,) = shop.reports.values()
    assert (report.offer, report.category, report.description) == (
        OFFER,
        ReportCategory.STOLEN,
        FINE["words"],
    )
    assert (report.name, report.email, report.reporter) == ("Ann Ö", "ann@example.org", None)
    assert report_code_of(report.id) in receipt
    assert "what they decide stands here" in receipt


@pytest.mark.parametrize("by_letter", [True, False])
async def test_it_says_whether_a_letter_comes(by_letter: bool) -> None:
    shop = Shop(by_letter=by_letter)
    async with shop.open() as client:
        page = await (await client.post(FORM, data=FINE)).text()
    assert ("You get it by e-mail as well." in page) is by_letter


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [(Outcome.UPHELD, "The offer was taken down."), (Outcome.DISMISSED, "The offer stays.")],
)
async def test_what_was_decided_stands_there_with_the_reasons(
    outcome: Outcome, heading: str
) -> None:
    shop = Shop(legal=Legal(contact="the pier <office>"))
    async with shop.open() as client:
        answer = await client.post(FORM, data=FINE, allow_redirects=False)
        (report,) = shop.reports.values()
        ruling = Decision(outcome=outcome, reason="so & so", at=NOON)
        shop.reports[report.id] = replace(report, decision=ruling)
        page = await (await client.get(answer.headers["Location"])).text()
    assert heading in page
    assert "so &amp; so" in page
    assert "tell them so: the pier &lt;office&gt;" in page


async def test_a_receipt_of_nothing_or_of_another_offer_shows_nothing() -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await client.post(FORM, data=FINE, allow_redirects=False)
        receipt = answer.headers["Location"].partition("=")[2]
        assert (await client.get(f"{FORM}?receipt=guessed")).status == 404
        assert (await client.get(f"/report/0000000000?receipt={receipt}")).status == 404


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("ground", "", "Please choose what is wrong."),
        ("ground", "nonsense", "Please choose what is wrong."),
        ("words", "bad", "Please say a little more"),
        ("name", " ", "Please say who you are."),
        ("email", "ann at home", "Please give an e-mail address"),
        ("email", "ann@example.org,bea@example.org", "Please give an e-mail address"),
        ("good_faith", "", "Please confirm this."),
    ],
)
async def test_what_is_missing_is_said_and_the_rest_is_kept(
    field: str, value: str, problem: str
) -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await client.post(FORM, data={**FINE, field: value})
        page = await answer.text()
    assert answer.status == 400
    assert page.count('class="problem"') == 1
    assert problem in page
    assert f'id="{field}-problem"' in page
    kept = {"words": FINE["words"], "name": 'value="Ann Ö"', "email": 'value="ann@example.org"'}
    assert all(text in page for name, text in kept.items() if name != field)
    assert shop.reports == {}


async def test_an_address_that_need_not_be_given_must_be_one_all_the_same() -> None:
    shop = Shop()
    async with shop.open() as client:
        form = {**FINE, "ground": "minors", "name": "", "email": "ann@example.org,bea@example.org"}
        assert (await client.post(FORM, data=form)).status == 400
    assert shop.reports == {}


async def test_who_reports_abuse_of_minors_need_not_say_who_they_are() -> None:
    shop = Shop()
    async with shop.open() as client:
        form = {**FINE, "ground": "minors", "name": "", "email": ""}
        assert (await client.post(FORM, data=form, allow_redirects=False)).status == 303
    (report,) = shop.reports.values()
    assert (report.name, report.email) == ("", "")


async def test_other_websites_send_no_reports() -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await client.post(FORM, data=FINE, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status == 403
    assert shop.reports == {}


async def test_markup_in_a_report_is_shown_as_it_was_typed() -> None:
    async with Shop().open() as client:
        form = {**FINE, "words": "<b>x</b>", "name": '"><script>'}
        page = await (await client.post(FORM, data=form)).text()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<script" not in page


async def test_too_many_reports_are_asked_to_wait() -> None:
    async with Shop(pages_per_minute=1).open() as client:
        headers = {"X-Forwarded-For": "1.1.1.1"}
        assert (await client.get(FORM, headers=headers)).status == 200
        assert (await client.post(FORM, data=FINE, headers=headers)).status == 429


async def test_the_foot_of_a_page_says_what_the_law_wants() -> None:
    legal = Legal(
        imprint="https://example.org/imprint",
        privacy="https://example.org/privacy",
        terms="https://example.org/terms?a&b",
        contact="help@example.org",
    )
    async with Shop(legal=legal).open() as client:
        for path in (f"/m/{OFFER}", "/m/0000000000", "/nowhere", FORM):
            page = await (await client.get(path, headers=BROWSER)).text()
            assert '<a href="https://example.org/imprint">Imprint</a>' in page
            assert '<a href="https://example.org/privacy">Privacy</a>' in page
            assert '<a href="https://example.org/terms?a&amp;b">Terms</a>' in page
            assert "help@example.org" in page


async def test_an_offer_can_be_reported_from_its_page_and_nothing_else_stands_there() -> None:
    async with Shop().open() as client:
        page = await (await client.get(f"/m/{OFFER}", headers=BROWSER)).text()
        assert f'<a href="{FORM}">Report this offer</a>' in page
        assert "Imprint" not in page
        other = await (await client.get("/m/0000000000", headers=BROWSER)).text()
        assert "<footer" not in other


async def test_whoever_is_signed_in_reports_by_their_matrix_id() -> None:
    shop = Shop()
    shop.door.visitor = CurrentUser(user=ALICE, may_sell=False)
    async with shop.open() as client:
        kept = {"Cookie": f"ppv={SECRET}"}
        page = await (await client.get(FORM, headers=BROWSER | kept)).text()
        assert f"the report is sent as <bdi>{ALICE}</bdi>" in page
        await client.post(FORM, data=FINE, headers=kept)
        await client.post(FORM, data=FINE, headers={"Cookie": "ppv=guessed"})
    assert [each.reporter for each in shop.reports.values()] == [ALICE, None]
