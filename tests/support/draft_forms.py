"""A draft in the browser, as tests put it together."""

from aiohttp import FormData

from bot.crypto.attachment_cipher import Decryptor
from bot.domain.offers.offer import Offer
from bot.ids import OfferId
from tests.support.bot_harness import BotHarness
from tests.support.member_pages_client import Browser

PNG = b"\x89PNG a picture of the harbour"


async def begins(browser: Browser) -> OfferId:
    await browser.page("/studio")
    answer = await browser.sends("/studio/offers", form="first")
    assert answer.status == 200
    return OfferId(answer.url.path.rpartition("/")[2])


def form_of(browser: Browser, *files: tuple[str, bytes, str], form: str = "f") -> FormData:
    data = FormData(quote_fields=False)  # as browsers do
    data.add_field("token", browser.token)
    data.add_field("form", form)
    for name, content, mimetype in files:
        data.add_field("files", content, filename=name, content_type=mimetype)
    return data


async def uploads(
    browser: Browser, offer: OfferId, *files: tuple[str, bytes, str], form: str = "f"
) -> tuple[int, str]:
    """The status and the page, as without scripts."""
    answer = await browser.client.post(
        f"/studio/offers/{offer}/files",
        data=form_of(browser, *files, form=form),
        headers={"Accept": "text/html"},
    )
    return answer.status, await answer.text()


async def saves(browser: Browser, offer: OfferId, **typed: str) -> tuple[int, str]:
    """The status and the page after the form for words, price and rooms."""
    html = await browser.page(f"/studio/offers/{offer}")
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    answer = await browser.sends(f"/studio/offers/{offer}/draft", **{"seen": seen, **typed})
    return answer.status, await answer.text()


def draft(house: BotHarness, offer: OfferId) -> Offer:
    return house.store.records.offers[offer]


def names(house: BotHarness, offer: OfferId) -> list[str]:
    return [each.name for each in draft(house, offer).attachments]


async def goods(house: BotHarness, offer: OfferId, number: int = 0) -> bytes:
    """What the key opens that is stored, once all is sealed. Raises DigestMismatch."""
    await house.work()
    sealed = draft(house, offer).attachments[number].encrypted
    assert sealed
    key = await house.vault.unwrap(sealed.key, sealed.context(offer))
    opener = Decryptor(key, sealed.sha256)
    opened = opener.decrypt(house.blobs.blobs[sealed.blob])
    opener.verify()
    return opened
