"""What the bot's messages look like, with HTML and without."""

import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.languages import ENGLISH
from appservice.matrix.content.plain_text import plain_text
from appservice.matrix.content.render_message import renderers
from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.money.checkout_attempt import Terms
from bot.domain.offers.attachment import HomeserverCopy
from bot.domain.purchases.sale_event import SaleNotification
from bot.messages import (
    Bought,
    BuyerNews,
    CopiesLeft,
    CopyLeft,
    DraftCard,
    DraftItem,
    Exposed,
    Help,
    Library,
    LibraryEntry,
    Line,
    Listening,
    Message,
    Placeholder,
    SellerNews,
    Shop,
    ShopEntry,
    Welcome,
)
from tests.support.message_queries import (
    BOB,
    CODE,
    DRAFT,
    INSIDE,
    LINK,
    LOUD,
    PAID_AT,
    PERSONAL,
    PLACEHOLDER,
    QUIET,
    RECEIPT,
    SALE,
    SALLY,
    SOLD,
)

RENDERER = renderers(external_payment_span=False)[ENGLISH]
SPAN = re.compile(r"<span data-msc4286-external-payment-details>.*?</span>(?!</a>)")


def body(message: Message) -> str:
    return str(RENDERER.content(message)["body"])


def html(message: Message) -> str:
    return str(RENDERER.content(message)["formatted_body"])


def _read(said: str) -> str:
    """As people read it: only the HTML keeps numbers on one line with what they count."""
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("message", QUIET + LOUD)
def test_text_and_html_say_the_same_in_one_format(message: Message) -> None:
    content = RENDERER.content(message)
    assert content["format"] == "org.matrix.custom.html"
    assert _read(content["body"]) == _read(plain_text(content["formatted_body"])) != ""
    assert "\n" not in content["formatted_body"]
    assert "  " not in content["body"]
    assert content["body"] == content["body"].strip()


@pytest.mark.parametrize("message", QUIET)
def test_small_talk_is_a_notice_that_no_other_bot_answers(message: Message) -> None:
    assert RENDERER.content(message)["msgtype"] == "m.notice"


@pytest.mark.parametrize("message", LOUD)
def test_money_and_goods_are_worth_a_sound(message: Message) -> None:
    assert RENDERER.content(message)["msgtype"] == "m.text"


@pytest.mark.parametrize("message", QUIET + LOUD)
def test_nobody_is_mentioned_for_a_direct_chat_is_heard_anyway(message: Message) -> None:
    assert RENDERER.content(message)["m.mentions"] == {}


def test_a_placeholder_can_be_bought_from_in_the_poorest_client() -> None:
    message = Placeholder("Sunset\nin full", "5.00 USD", INSIDE, 2, SALLY, "Sally", CODE, LINK)
    assert body(message) == (
        "Sunset\nin full\n\n"
        "🔒 3 photos, 1 video (2:14), 48 MB for 5.00 USD, sold by Sally (@sally:test)."
        " 2 free previews follow.\n\n"
        "To buy, react with 🔓\nor type !ppv buy K7QM2-XPA4E\n\n"
        "🔓 Unlock for 5.00 USD: https://pay.test/m/k7qm2xpa4e"
    )


def test_a_placeholder_without_words_begins_with_what_is_inside() -> None:
    message = Placeholder("", "5.00 USD", INSIDE, 1, SALLY, "Sally", CODE, LINK)
    assert body(message).startswith("🔒 3 photos")
    assert "One free preview follows." in body(message)


def test_the_button_is_a_link_that_looks_like_one_where_colours_are_shown() -> None:
    assert f'<a href="{LINK}"><span data-mx-bg-color="#0b7a3b"' in html(PLACEHOLDER)


@pytest.mark.parametrize("message", [PLACEHOLDER, PERSONAL])
def test_price_and_link_can_be_taken_out_and_the_rest_makes_sense(message: Message) -> None:
    marked = renderers(external_payment_span=True)[ENGLISH].content(message)
    assert marked["body"] == body(message)
    left = _read(plain_text(SPAN.sub("", marked["formatted_body"])))
    assert "5.00" not in left
    assert LINK not in left
    assert f"🔒 {INSIDE}, sold by Sally" in left


def test_what_is_left_of_a_placeholder_still_tells_how_to_buy() -> None:
    marked = renderers(external_payment_span=True)[ENGLISH].content(PLACEHOLDER)["formatted_body"]
    assert plain_text(SPAN.sub("", marked)).endswith("or type !ppv buy K7QM2-XPA4E")


def test_a_rooms_list_can_be_bought_from() -> None:
    entries = (
        ShopEntry(CODE, "Sunset", INSIDE, "5.00 USD"),
        ShopEntry("11111-22222", "", "1 photo, 2 MB", "3.00 EUR"),
    )
    assert body(Shop(entries, 4, searched=False)) == (
        "On sale here, the newest first:\n\n"
        "• K7QM2-XPA4E “Sunset”, 3 photos, 1 video (2:14), 48 MB, 5.00 USD\n"
        "• 11111-22222 1 photo, 2 MB, 3.00 EUR\n\n"
        "And 4 more. To find one, add a word of it, like this: !ppv shop sunset\n\n"
        "To buy one, type its code like this: !ppv buy K7QM2-XPA4E"
    )


def test_prices_in_a_rooms_list_can_be_taken_out() -> None:
    shop = Shop((ShopEntry(CODE, "Sunset", INSIDE, "5.00 USD"),), 0, searched=False)
    marked = renderers(external_payment_span=True)[ENGLISH].content(shop)["formatted_body"]
    left = _read(plain_text(SPAN.sub("", marked)))
    assert "5.00" not in left
    assert f"• {CODE} “Sunset”, {INSIDE}\n" in left


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '<a href="https://matrix.to/#/@bob:test">Bob</a>',
        "{{ price }} {% raw %}",
        "&lt;b&gt; &amp;",
    ],
)
def test_a_sellers_words_are_words_and_no_markup(words: str) -> None:
    message = Placeholder(words, "5.00 USD", INSIDE, 0, SALLY, words, CODE, LINK)
    assert html(message).count("<a ") == 1
    assert "<script" not in html(message)
    visible = words.replace("https://matrix.to/#/", " ")
    assert body(message).startswith(visible)


@pytest.mark.parametrize(
    "link",
    [
        "https://matrix.to/#/@bob:test",
        "HTTP://Matrix.to/#/@bob:test",
        "matrix.to/#/@bob:test",
        "https://matrix.thttps://matrix.to/#/o/#/@bob:test",
    ],
)
def test_a_sellers_words_name_nobody_so_that_a_client_makes_a_pill_of_it(link: str) -> None:
    message = Placeholder(link, "5.00 USD", INSIDE, 0, SALLY, "Sally", CODE, LINK)
    assert "matrix.to/#/" not in body(message).lower()
    assert "matrix.to/#/" not in html(message).lower()
    assert "matrix.to/#/" not in body(replace(SOLD, text=link)).lower()


@given(words=st.text(max_size=80), name=st.text(min_size=1, max_size=30))
def test_no_words_break_a_message(words: str, name: str) -> None:
    message = Placeholder(words, "5.00 USD", INSIDE, 0, SALLY, name, CODE, LINK)
    content = RENDERER.content(message)
    assert content["formatted_body"].count("<a ") == 1
    assert content["body"].endswith(f"🔓 Unlock for 5.00 USD: {LINK}")


def test_line_breaks_of_words_are_kept() -> None:
    assert html(Line("one\r\ntwo\n\nthree")) == "one<br>two<br><br>three"
    assert body(Line("one\r\ntwo\n\nthree")) == "one\ntwo\n\nthree"


def test_a_draft_lists_its_files_with_what_is_wrong_and_what_comes_next() -> None:
    items = (
        DraftItem(1, "sunset.jpg", "photo, 1.2 MB", free=False, sealed=True, fault=None),
        DraftItem(2, "harbour.jpg", "photo, 900 kB", free=True, sealed=True, fault=None),
        DraftItem(3, "clip.mp4", "video, 2:14", free=False, sealed=False, fault=None),
        DraftItem(4, "a_b*.pdf", "file", free=False, sealed=False, fault="it is empty."),
    )
    assert body(DraftCard("Sunset", "5.00 USD", items, "Say !ppv remove 4")) == (
        "Your draft, 5.00 USD\n\nSunset\n\n"
        "1. 🔒 sunset.jpg: photo, 1.2 MB\n"
        "2. 🎁 harbour.jpg: photo, 900 kB, free preview\n"
        "3. ⏳ clip.mp4: video, 2:14, sealing…\n"
        "4. ⚠️ a_b*.pdf: file. Not ready: it is empty.\n\n"
        "Say !ppv remove 4"
    )


def test_an_empty_draft_says_what_to_do() -> None:
    assert body(DRAFT) == "Your draft, no price yet\n\nSend me some files first."


@pytest.mark.parametrize("may_sell", [True, False])
@pytest.mark.parametrize("here", [None, *Exposure])
def test_help_is_at_most_six_lines(may_sell: bool, here: Exposure | None) -> None:
    assert len(body(Help(may_sell, "USD", here)).splitlines()) <= 6
    assert ("!ppv publish" in body(Help(may_sell, "USD"))) is may_sell


@pytest.mark.parametrize(
    ("currency", "price"),
    [("USD", "5 USD"), ("EUR", "5 EUR"), ("JPY", "500 JPY"), ("HUF", "500 HUF"), ("KWD", "5 KWD")],
)
def test_help_names_a_price_that_one_might_ask_for(currency: str, price: str) -> None:
    assert f"!ppv price {price} and" in body(Help(may_sell=True, currency=currency))


@pytest.mark.parametrize("may_sell", [True, False])
def test_the_welcome_is_three_lines(may_sell: bool) -> None:
    lines = [line for line in body(Welcome(may_sell)).splitlines() if line]
    assert len(lines) == 3
    assert ("send me your files" in lines[-1]) is may_sell
    assert lines[-1].endswith("!ppv help")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.1 seconds"),
        (0.43, "0.4 seconds"),
        (12.4, "12 seconds"),
        (99.6, "2 minutes"),
        (190, "3 minutes"),
        (7200, "2 hours"),
        (400_000, "5 days"),
    ],
)
def test_the_truth_about_exposure_has_a_length_of_time(seconds: float, words: str) -> None:
    assert f"your 3 files for {words} before I took them out" in body(Exposed(3, seconds, True))


def test_the_truth_about_exposure_tells_what_became_of_the_servers_copy() -> None:
    assert "The server's own copy is deleted." in body(Exposed(1, 1, purged=True))
    assert "may still be able to fetch it" in body(Exposed(1, 1, purged=False))
    assert "Replies that quote a file stay in the room" in body(Exposed(1, 1, purged=True))
    assert "your file for 1 second before I took it out" in body(Exposed(1, 1, purged=False))


def test_copies_that_stay_are_told_file_by_file() -> None:
    left = (
        CopyLeft("a.png", HomeserverCopy.NOT_ALLOWED, encrypted=False),
        CopyLeft("b.png", HomeserverCopy.REMOTE, encrypted=True),
        CopyLeft("c.png", HomeserverCopy.NOT_THEIRS, encrypted=False),
    )
    words = body(CopiesLeft(left, "test"))
    assert "a.png: on this server, whose admins can delete it; it is not encrypted" in words
    assert (
        "b.png: on your own server, test; it is encrypted, and only your message opens it" in words
    )
    assert "c.png: on this server, where somebody else uploaded it" in words


def test_times_are_told_in_utc_wherever_they_were_taken() -> None:
    elsewhere = PAID_AT.astimezone(timezone(timedelta(hours=-9)))
    assert "on 23 November 2026, 04:05 UTC, for" in body(replace(RECEIPT, paid_at=elsewhere))


def test_a_library_shows_how_to_have_a_thing_sent_again() -> None:
    entries = (
        LibraryEntry(CODE, "Sunset", "5.00 USD", PAID_AT),
        LibraryEntry("77777-77777", "", "3.00 EUR", PAID_AT),
    )
    assert body(Library(entries, "https://ppv.test/sign-in?with=x")) == (
        "What you bought:\n\n"
        "• K7QM2-XPA4E “Sunset”, 5.00 USD, 23 November 2026\n"
        "• 77777-77777 3.00 EUR, 23 November 2026\n\n"
        "To have one sent again, type its code like this: !ppv library K7QM2-XPA4E\n\n"
        "With receipts, for you alone, within ten minutes and once:"
        " open it in your browser: https://ppv.test/sign-in?with=x"
    )


@pytest.mark.parametrize(
    ("safety", "words"),
    [
        (Exposure.NEVER, "; nobody here sees them."),
        (Exposure.BRIEF, ". Everybody sees each for a moment, until I take it out."),
    ],
)
def test_listening_is_one_line(safety: Exposure, words: str) -> None:
    assert body(Listening("5.00 USD", 10, 3, safety)) == (
        f"👂 Send the files for 5.00 USD now, at most 3 of them{words} When all have arrived, tap ✅"
        " or type !ppv done. I listen for 10 minutes."
    )


@pytest.mark.parametrize(
    ("here", "words"),
    [
        (Exposure.NEVER, "Nobody here sees them."),
        (Exposure.BRIEF, "a direct chat is safer."),
        (Exposure.PERMANENT, "please don't send what you sell"),
    ],
)
def test_help_in_a_room_tells_the_safest_way_there(here: Exposure, words: str) -> None:
    assert words in body(Help(may_sell=True, currency="USD", here=here))


def test_a_second_delivery_says_that_it_is_one() -> None:
    again = Bought(BOB, "Sunset", INSIDE, SALLY, "Sally", again=True)
    assert body(again).startswith("Here it is once more from Sally (@sally:test): 3 photos")


def test_a_receipt_names_what_the_buyer_agreed_to() -> None:
    terms = Terms(version="3", text="Files at once, no return.", url="https://pay.test/terms")
    text = body(replace(RECEIPT, terms=terms, tax="0.80 USD"))
    assert "Paid: 5.00 USD, of which 0.80 USD tax, to @sally:test" in text
    assert "You agreed at checkout: Files at once, no return." in text
    assert "!ppv cancel" not in text


def test_a_receipt_without_a_waiver_names_the_way_back() -> None:
    assert f"within 14 days: !ppv cancel {CODE}" in body(RECEIPT)
    assert "!ppv cancel" not in body(replace(RECEIPT, withdrawal_days=0))


def test_news_of_a_part_of_the_money_says_so() -> None:
    whole = BuyerNews(news=SaleNotification.REFUNDED, code=CODE, text="Sunset", amount="5.00 USD")
    assert "removed the files" in body(whole)
    assert "Your files stay yours" in body(replace(whole, whole=False))


def test_a_seller_hears_until_when_the_bank_takes_an_answer() -> None:
    news = SellerNews(
        news=SaleNotification.DISPUTED,
        seller=SALLY,
        sale=SALE,
        buyer=BOB,
        text="Sunset",
        amount="5.00 USD",
        answer_by=PAID_AT,
    )
    assert "can answer until 23 November 2026." in body(news)
