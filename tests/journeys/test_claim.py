"""The goods in a browser: proven by the buyer's own word in a chat, and by nothing else."""

import pytest

from bot.crypto.attachment_cipher import Decryptor
from bot.crypto.encrypt_stream import decrypted_chunks
from bot.errors import AuthenticationError, UserError
from bot.ids import LinkToken, OfferId, UserId
from bot.messages import Line, Placeholder
from bot.views.page_models import ClaimPage
from tests.support.bot_harness import BOB, CAROL, LOUNGE, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    """Bob has paid, and takes no invitations."""
    house = BotHarness()
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.members[house.direct(BOB)].clear()
    house.matrix.shut.add(BOB)
    await house.stripe_says(hint)
    return house


async def page(house: BotHarness, secret: str | None) -> ClaimPage:
    (offer,) = house.store.records.offers
    shown = await house.bot.browser_download.page(offer, house.link_of(BOB), secret)
    assert shown is not None
    return shown


async def asks_for_a_code(house: BotHarness) -> tuple[str, str]:
    """The cookie's secret, and the code on the page."""
    secret = await house.bot.start_download(house.link_of(BOB))
    code = (await page(house, secret)).code
    assert code is not None
    assert len(code) == 6
    return secret, code


async def types(house: BotHarness, who: UserId, code: str) -> str:
    await house.says(who, LOUNGE, f"!ppv claim {code}")
    return house.matrix.of(Line)[-1].words


async def test_the_page_says_what_is_the_matter(house: BotHarness) -> None:
    stuck = (await page(house, None)).stuck
    assert stuck is not None
    assert "takes no invitations" in stuck


async def test_the_buyers_word_opens_it_in_that_browser(house: BotHarness) -> None:
    secret, code = await asks_for_a_code(house)
    assert "can open" in await types(house, BOB, code)
    assert (await page(house, secret)).proven
    (file,) = await house.bot.browser_download.files(house.link_of(BOB), secret)
    size, chunks = await house.bot.browser_download.ciphertext(house.link_of(BOB), secret, 0)
    opener = Decryptor(file.key, file.sha256)
    assert b"".join([chunk async for chunk in decrypted_chunks(chunks, opener)]) == PNG
    assert size == len(PNG)


async def test_the_link_alone_opens_nothing(house: BotHarness) -> None:
    secret, code = await asks_for_a_code(house)
    other = await house.bot.start_download(house.link_of(BOB))
    await types(house, BOB, code)
    for wrong in (other, "", "guessed", code):
        with pytest.raises(AuthenticationError):
            await house.bot.browser_download.files(house.link_of(BOB), wrong)
        with pytest.raises(AuthenticationError):
            await house.bot.browser_download.ciphertext(house.link_of(BOB), wrong, 0)
    with pytest.raises(AuthenticationError):
        await house.bot.browser_download.files(LinkToken("forged"), secret)
    with pytest.raises(AuthenticationError):
        await house.bot.browser_download.ciphertext(house.link_of(BOB), secret, 7)


async def test_nobody_elses_word_counts(house: BotHarness) -> None:
    secret, code = await asks_for_a_code(house)
    assert "no page of yours" in await types(house, CAROL, code)
    assert not (await page(house, secret)).proven


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666"]
)
async def test_what_is_no_code_is_asked_for_again(house: BotHarness, typed: str) -> None:
    await asks_for_a_code(house)
    assert "six digits" in await types(house, BOB, typed)


async def test_a_code_is_good_for_ten_minutes_and_once(house: BotHarness) -> None:
    secret, code = await asks_for_a_code(house)
    await house.time_passes(minutes=10)
    assert "no page of yours" in await types(house, BOB, code)
    assert (await page(house, secret)).code is None
    _, code = await asks_for_a_code(house)
    await types(house, BOB, code)
    assert "no page of yours" in await types(house, BOB, code)


async def test_a_proof_ends_and_can_be_taken_back(house: BotHarness) -> None:
    secret, code = await asks_for_a_code(house)
    await types(house, BOB, code)
    await house.time_passes(hours=12)
    assert not (await page(house, secret)).proven
    secret, code = await asks_for_a_code(house)
    await types(house, BOB, code)
    assert "no browser can open" in await types(house, BOB, "stop")
    assert not (await page(house, secret)).proven


async def test_money_that_went_back_closes_it(house: BotHarness) -> None:
    secret, code = await asks_for_a_code(house)
    await types(house, BOB, code)
    (purchase,) = house.store.records.purchases.values()
    await house.stripe_says(house.stripe.gives_back(purchase.payments[0].intent))
    with pytest.raises(AuthenticationError):
        await house.bot.browser_download.files(house.link_of(BOB), secret)
    with pytest.raises(UserError):
        await house.bot.start_download(house.link_of(BOB))


async def test_a_link_to_something_else_shows_nothing(house: BotHarness) -> None:
    wrong = OfferId("0000000000")
    assert await house.bot.browser_download.page(wrong, house.link_of(BOB), None) is None
