"""The pages speak the visitor's language."""

import pytest

from appservice.languages import load_languages
from appservice.web.accepted_language import best_of
from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.content_summary import ContentSummary, KindCount
from tests.support.fake_page_data import LINK, OFFER, SESSION, SUNSET
from tests.support.fake_pages import Shop

LANGUAGES = load_languages()
PERSONAL = f"/m/{OFFER}?for={LINK}"
BACK = f"/api/stripe/chatmessages/success?session_id={SESSION}"


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("FR-ch", "fr"),
        ("it, fr;q=0.7, de;q=0.9", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("it, es;q=0.5", "en"),
        ("*", "en"),
        ("de;q=much, fr;q=0.2", "fr"),
        ("de;q=nan, fr;q=0.2", "fr"),
        ("x" * 5000 + ",;;q=,=", "en"),
    ],
)
def test_the_language_that_is_liked_best_of_those_we_know(accepted: str, best: str) -> None:
    assert best_of(accepted, LANGUAGES) == best


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "3 photos, 1 video (2:14), 2 sound files, 1 file, 1.5 MB"),
        ("de", "3 Fotos, 1 Video (2:14), 2 Tondateien, 1 Datei, 1,5 MB"),
        ("fr", "3 photos, 1 vidéo (2:14), 2 fichiers audio, 1 fichier, 1,5 Mo"),
    ],
)
def test_what_is_inside_is_said_in_each(code: str, words: str) -> None:
    kinds = (
        KindCount(MediaKind.IMAGE, 3),
        KindCount(MediaKind.VIDEO, 1, playing_ms=134_000),
        KindCount(MediaKind.AUDIO, 2),
        KindCount(MediaKind.FILE, 1),
    )
    contents = ContentSummary(kinds, size=1_500_000)
    assert LANGUAGES[code].contents(contents) == words
    if code == "en":
        assert str(contents) == words, "as in the chat"


@pytest.mark.parametrize(
    ("code", "offer", "button", "delivered", "unknown"),
    [
        ("en", "How to get it", "Unlock for 5.00 USD", "It is in your chat now", "no such offer"),
        (
            "de",
            "So bekommst du es",
            "Freischalten für 5,00 USD",
            "jetzt in deinem Chat",
            "gibt es nicht",
        ),
        (
            "fr",
            "Comment l\u2019obtenir",
            "Débloquer pour 5,00 USD",
            "dans votre discussion",
            "n\u2019existe pas",
        ),
    ],
)
async def test_every_page_speaks_it(
    code: str, offer: str, button: str, delivered: str, unknown: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": f"{code}-XX,en;q=0.1"}
    async with Shop().open() as client:
        for path, words in {
            f"/m/{OFFER}": offer,
            PERSONAL: button,
            BACK: delivered,
            "/m/0000000000": unknown,
        }.items():
            answer = await client.get(path, headers=headers)
            html = await answer.text()
            assert words in html
            assert f'<html lang="{code}">' in html
            assert answer.headers["Content-Language"] == code
            assert answer.headers["Vary"] == "Accept-Language"


async def test_what_the_bot_says_and_what_goes_wrong_is_said_in_it_too() -> None:
    headers = {"Accept": "text/html", "Accept-Language": "de"}
    shop = Shop()
    shop.says(ended="This offer has ended: its seller took it off sale.")
    async with shop.open() as client:
        html = await (await client.get(f"/m/{OFFER}", headers=headers)).text()
        assert "Dieses Angebot ist beendet" in html
        html = await (await client.get("/nowhere", headers=headers)).text()
        assert "Unter dieser Adresse gibt es nichts" in html
        answer = await client.get("/nowhere", headers={"Accept-Language": "de"})
        assert "nothing at this address" in (await answer.json())["error"], "programs read English"


async def test_markup_is_no_markup_in_any_language() -> None:
    markup = "<b>%(price)s {{ 7 }}</b>"
    shop = Shop(owned=True, stuck=markup, delivered=False)
    shop.says(text=markup, seller_name=markup, price=markup, ended=markup)
    for code in LANGUAGES:
        async with shop.open() as client:
            for path in (f"/m/{OFFER}", PERSONAL):
                answer = await client.get(path, headers={"Accept-Language": code})
                html = await answer.text()
                assert "<b>" not in html
                assert "&lt;b&gt;%(price)s {{ 7 }}&lt;/b&gt;" in html


def test_the_sample_says_what_its_contents_are() -> None:
    assert str(SUNSET.contents) == "3 photos, 1 video (2:14), 48 MB"
