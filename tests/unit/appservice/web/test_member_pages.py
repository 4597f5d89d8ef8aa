"""Every state that an offer or a sale can be in has its words on the pages."""

from datetime import UTC, datetime

import pytest

from appservice.web.assets import load_asset
from appservice.web.buyers.page_renderer import load_pages
from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import SessionUser
from appservice.web.sellers.revenue_chart import HEIGHT, WIDTH, drawn
from appservice.web.site import Site
from bot.domain.offers.offer import OfferState
from bot.ids import OfferId, SaleCode
from bot.ports import Bar
from bot.views.seller_offers import OfferList, OfferRow
from bot.views.seller_sales import SaleRow, SalesPage, SaleState
from tests.support.color_contrast import contrast, palette
from tests.support.fake_page_data import ALICE, BOT

SITE = Site(bot=BOT, origin="https://ppv.test", checkout_origins=frozenset())
VISITOR = SessionUser(user=ALICE, may_sell=True, token="t")


@pytest.fixture
def pages() -> MemberPages:
    templates = load_pages(SITE, "style.css", {"kept.js": "/kept.js"}).templates
    return MemberPages(SITE, templates, "studio.css", ("studio.js",))


@pytest.mark.parametrize("state", [each for each in OfferState if each != "discarded"])
def test_every_state_of_an_offer_has_words(pages: MemberPages, state: OfferState) -> None:
    line = OfferRow(
        offer=OfferId("k7qm2xpa4e"),
        code="K7QM2-XPA4E",
        state=state,
        text="",
        price=None,
        contents="nothing yet",
        teaser=None,
        rooms=(),
        planned=None,
        figures=None,
    )
    page = pages.page(
        "studio/home.html", visitor=VISITOR, offers=OfferList((line,), 1, 1), form="f"
    )
    assert f'class="state {state}"' in str(page.text)


@pytest.mark.parametrize("state", SaleState)
def test_every_state_of_a_sale_has_words(pages: MemberPages, state: SaleState) -> None:
    line = SaleRow(
        sale=SaleCode("S-K7QM2-XPA4E"),
        code="K7QM2-XPA4E",
        buyer=ALICE,
        paid_at=datetime(2026, 11, 23, tzinfo=UTC),
        amount="5.00 USD",
        state=state,
        delivered=True,
        refundable=None,
    )
    page = pages.page(
        "studio/sales.html",
        visitor=VISITOR,
        sales=SalesPage(lines=(line,), found=1, page=1, pages=1, earnings=()),
        asked={"period": "", "offer": "", "state": ""},
        states=list(SaleState),
        query="",
        charts=[],
        width=WIDTH,
        height=HEIGHT,
        done=None,
        fault=None,
        address="/studio/sales",
        form="f",
    )
    assert str(page.text).count("S-K7QM2-XPA4E") == 1


def test_bars_stand_on_the_line_and_losses_hang_below_it() -> None:
    bars, zero = drawn([Bar("1", 10.0, "10"), Bar("2", -5.0, "-5"), Bar("3", 0.0, "")])
    gain, loss, nothing = bars
    assert gain.y + gain.height == pytest.approx(zero, abs=0.2)
    assert (loss.y, loss.below) == (zero, True)
    assert loss.height == pytest.approx(gain.height / 2, abs=0.2)
    assert nothing.height == 0
    assert all(each.x >= 0 and each.x + each.width <= WIDTH for each in bars)
    assert max(each.y + each.height for each in bars) <= HEIGHT


def test_without_any_sale_the_line_is_drawn_all_the_same() -> None:
    bars, zero = drawn([Bar("1", 0.0, "")])
    assert 0 < zero < HEIGHT
    assert drawn([])[0] == []
    assert bars[0].height == 0


def test_warnings_stand_out_from_their_ground_in_light_and_dark() -> None:
    """At least 4.5 to 1: https://www.w3.org/TR/WCAG21/#contrast-minimum"""
    sheets = [load_asset(name, "text/css").body.decode() for name in ("style.css", "studio.css")]
    for dark in (False, True):
        colours = {k: v for sheet in sheets for k, v in palette(sheet, dark=dark).items()}
        for text, ground in [
            ("warn", "warn-tint"),
            ("warn", "card"),
            ("bad", "card"),
            ("ink", "line"),
            ("soft", "ground"),
            ("accent", "ground"),
            ("accent", "tint"),
            ("ink", "ground"),
        ]:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground, dark)
