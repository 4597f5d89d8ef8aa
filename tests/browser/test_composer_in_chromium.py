"""A draft put together in a real browser: files, words, price and order."""

import pytest
from playwright.async_api import FilePayload, expect

from bot.messages import Placeholder
from bot.services.drafts.chat_draft import Limits
from sandbox.sample_media import clip, drawing, song
from tests.browser.test_checkout_in_chromium import CHROMIUM
from tests.browser.test_studio_in_chromium import WAYS, Visit, a_house_with_offers, visit
from tests.support.bot_harness import BotHarness
from tests.support.real_pictures import RealPictures

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


async def composes(visiting: Visit, files: list[FilePayload]) -> None:
    """Everything that a person does but the last click."""
    page = visiting.page
    await visiting.signs_in()
    await page.get_by_role("button", name="New offer").click()
    await page.get_by_role("heading", name="New offer").wait_for()
    await page.wait_for_load_state()
    await page.get_by_label("Choose files").set_input_files(files)
    send = page.get_by_role("button", name="Add them")
    if await send.is_visible():
        await send.click()
    await page.locator("#files .sorted").get_by_text("melody.wav", exact=True).wait_for()
    await page.get_by_role("button", name="Give away as a preview: b.png").click()
    await page.get_by_role("button", name="Sell it: b.png").wait_for()
    await page.get_by_label("Words, for everybody to read").fill("Evening over the harbour")
    await page.get_by_label("Price").fill("5")
    await page.get_by_role("checkbox", name="#lounge:test").check()


FILES: list[FilePayload] = [
    {"name": "a.png", "mimeType": "image/png", "buffer": drawing(seed=1).data},
    {"name": "b.png", "mimeType": "image/png", "buffer": drawing(seed=2).data},
    {"name": "melody.wav", "mimeType": "audio/wav", "buffer": song().data},
]


@pytest.mark.parametrize("context", WAYS)
async def test_three_files_are_put_on_sale(context: dict[str, object]) -> None:
    house = BotHarness(pictures=RealPictures())
    async with visit(house, **context) as visiting:
        await composes(visiting, FILES)
        await visiting.page.get_by_role("button", name="Put it on sale").click()
        await visiting.page.get_by_text("on its way into its rooms").wait_for()
        await house.work()
        await visiting.page.get_by_text("On sale", exact=True).wait_for()
        assert visiting.complaints == []
    (placeholder,) = house.matrix.of(Placeholder)
    assert (placeholder.text, placeholder.price) == ("Evening over the harbour", "5.00 USD")
    length = " (0:02)" if context.get("java_script_enabled", True) else ""
    told = f"1 photo, 1 sound file{length}, 96 kB"
    assert (placeholder.contents, placeholder.free) == (told, 1)


async def test_a_price_is_judged_while_it_is_typed_and_the_preview_follows() -> None:
    async with visit(BotHarness(pictures=RealPictures())) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        await page.get_by_label("Price").fill("0.20 USD")
        await page.get_by_text("The smallest price is 0.50 USD").wait_for()
        await page.get_by_label("Price").fill("\u20ac7.50")
        await page.get_by_text("Buyers pay 7.50 EUR.").wait_for()
        await page.get_by_label("Words, for everybody to read").fill("<b>Dawn</b>")
        await page.get_by_label("Preview").get_by_text("<b>Dawn</b>").wait_for()
        assert await page.get_by_label("Preview").get_by_text("7.50 EUR").count() == 1


async def test_what_is_typed_survives_files_that_come_and_go_and_keys_move_them() -> None:
    house = BotHarness(pictures=RealPictures())
    async with visit(house) as visiting:
        page = visiting.page
        await composes(visiting, FILES)
        down = page.get_by_role("button", name="Move down: a.png")
        await down.focus()
        await page.keyboard.press("Enter")
        first = page.locator("#files .sorted .name").first
        await first.filter(has_text="b.png").wait_for()
        assert await down.evaluate("button => button === document.activeElement")
        await page.keyboard.press("Enter")
        await page.locator("#files .sorted .name").last.filter(has_text="a.png").wait_for()
        words = page.get_by_label("Words, for everybody to read")
        assert await words.input_value() == "Evening over the harbour"
    (offer,) = house.store.records.offers.values()
    assert [each.name for each in offer.attachments] == ["b.png", "melody.wav", "a.png"]


async def test_what_can_not_be_taken_is_said_beside_the_file() -> None:
    async with visit(BotHarness(pictures=RealPictures())) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        files: list[FilePayload] = [
            {"name": "none.txt", "mimeType": "text/plain", "buffer": b""},
            {"name": "large.bin", "mimeType": "x/y", "buffer": b"x" * 1_000_001},
        ]
        await page.get_by_label("Choose files").set_input_files(files)
        sending = page.locator("#sending")
        await sending.get_by_text("“none.txt” was left out: it is empty.").wait_for()
        await sending.get_by_text("large.bin: it is larger than 1 MB").wait_for()


async def test_a_file_is_dragged_to_its_place() -> None:
    house = BotHarness(pictures=RealPictures())
    async with visit(house) as visiting:
        page = visiting.page
        await composes(visiting, FILES)
        grips = page.locator("#files .grip")
        await grips.last.hover()
        target = await page.locator("#files .sorted li").first.bounding_box()
        assert target
        await page.mouse.down()
        await page.mouse.move(target["x"] + 40, target["y"] + 5, steps=8)
        await page.mouse.up()
        await page.get_by_text("melody.wav is now 1 of 3.").wait_for(state="attached")
        await grips.first.hover()
        await page.mouse.down()
        await page.mouse.move(target["x"] + 40, target["y"] + 900, steps=8)
        await page.keyboard.press("Escape")
        await page.mouse.up()
        assert await page.locator("#files .sorted .name").all_text_contents() == [
            "melody.wav",
            "a.png",
            "b.png",
        ]
        assert visiting.complaints == []
    (offer,) = house.store.records.offers.values()
    assert [each.name for each in offer.attachments] == ["melody.wav", "a.png", "b.png"]


async def test_a_film_brings_its_picture_and_its_length() -> None:
    house = BotHarness(pictures=RealPictures())
    film = clip()
    sunrise: FilePayload = {
        "name": film.name,
        "mimeType": film.mimetype,
        "buffer": film.data,
    }
    async with visit(house) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        await page.get_by_label("Choose files").set_input_files([sunrise])
        await page.locator("#files .sorted").get_by_text("being sealed").wait_for()
        await house.work()
        await page.locator("#files .sorted img.thumb").wait_for()
        await page.get_by_label("Preview").get_by_text("1 video (0:02)").wait_for()
        shown = "image => image.decode().then(() => image.naturalWidth)"
        assert await page.locator("#files .sorted img.thumb").evaluate(shown) > 16
        assert visiting.complaints == []
    (offer,) = house.store.records.offers.values()
    (attachment,) = offer.attachments
    assert attachment.teaser
    assert (attachment.info.width, attachment.info.duration_ms) == (film.width, 2000)


async def test_a_sound_brings_its_length() -> None:
    house = BotHarness(pictures=RealPictures())
    async with visit(house) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        await page.get_by_label("Choose files").set_input_files([FILES[2]])
        await page.locator("#files .sorted").get_by_text("melody.wav").wait_for()
    (offer,) = house.store.records.offers.values()
    (attachment,) = offer.attachments
    assert attachment.info.duration_ms == song().duration_ms
    assert attachment.info.width is None


NO_SEEKING = """
Object.defineProperty(HTMLMediaElement.prototype, "currentTime", { set() {}, get() { return 0; } });
"""


async def test_a_film_does_not_wait_for_its_picture() -> None:
    house = BotHarness(pictures=RealPictures())
    film = clip()
    async with visit(house) as visiting:
        page = visiting.page
        await page.clock.install()
        await page.add_init_script(NO_SEEKING)
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        sunrise: FilePayload = {"name": "a.webm", "mimeType": film.mimetype, "buffer": film.data}
        async with page.expect_response(lambda answer: answer.request.method == "PATCH") as sent:
            await page.get_by_label("Choose files").set_input_files([sunrise])
        arrived = int((await (await sent.value).all_headers())["upload-offset"])
        assert arrived == len(film.data) - 1  # and the clock of the page stands still
        await page.clock.run_for(6_000)
        await page.locator("#files .sorted").get_by_text("a.webm").wait_for()
    (offer,) = house.store.records.offers.values()
    assert [each.info.duration_ms for each in offer.attachments] == [2000]


async def test_two_hundred_files_get_one_answer_before_anything_is_sent() -> None:
    house = BotHarness(pictures=RealPictures())
    house.restart(limits=Limits(file_size=2_000_000, attachments=10))
    files: list[FilePayload] = [
        {"name": f"{number}.bin", "mimeType": "x/y", "buffer": b"x" * (number + 1)}
        for number in range(200)
    ]
    async with visit(house) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        await page.get_by_label("Choose files").set_input_files(files)
        told = page.locator("#sending .fault")
        await told.get_by_text("10 of 200 files are taken: one offer holds up to 10").wait_for()
        await page.locator("#files .sorted li").nth(9).wait_for()
        assert await told.count() == 1
        assert visiting.complaints == []
    (offer,) = house.store.records.offers.values()
    assert [each.name for each in offer.attachments] == [f"{number}.bin" for number in range(10)]


async def test_words_come_back_after_a_sign_in_that_had_ended() -> None:
    house = BotHarness()
    async with visit(house) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("button", name="New offer").click()
        await page.get_by_label("Words, for everybody to read").fill("Evening over the harbour")
        await page.get_by_label("Price").fill("5 USD")
        address = page.url
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Save as a draft").click()
        await page.get_by_role("heading", name="What you had typed").wait_for()
        assert await page.locator(".kept").first.input_value() == "Evening over the harbour"
        await visiting.signs_in()
        await page.goto(address)
        words = page.get_by_label("Words, for everybody to read")
        await page.get_by_label("Preview").get_by_text("Evening over the harbour").wait_for()
        assert await words.input_value() == "Evening over the harbour"
        assert await page.get_by_label("Price").input_value() == "5 USD"
        await page.reload()
        assert await words.input_value() == ""


async def test_words_of_other_forms_come_back_as_well() -> None:
    house = BotHarness()
    await house.publishes(b"\x89PNG goods")
    (offer,) = house.store.records.offers
    async with visit(house) as visiting:
        page = visiting.page
        await visiting.signs_in()
        for path, button in (
            (f"/studio/offers/{offer}", "Change the words"),
            ("/studio/page", "Save"),
        ):
            await page.goto(visiting.base + path)
            await page.locator("textarea").first.fill("Harbours at night")
            if path == "/studio/page":
                await page.get_by_label("Its name in the address").fill("harbours")
            await page.context.clear_cookies()
            await page.get_by_role("button", name=button).click()
            await page.get_by_role("heading", name="What you had typed").wait_for()
            await visiting.signs_in()
            await page.goto(visiting.base + path)
            await page.wait_for_function(
                "[...document.querySelectorAll('textarea')].some(e => e.value === 'Harbours at night')"
            )
        refused = [each for each in visiting.complaints if "401" not in each]
        assert refused == []


async def test_the_reason_for_a_refund_comes_back_where_it_is_seen() -> None:
    house = await a_house_with_offers()
    async with visit(house) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.goto(f"{visiting.base}/studio/sales")
        await page.get_by_text("Refund", exact=True).click()
        await page.get_by_label("Amount").fill("2")
        await page.get_by_label("Reason").fill("One was blurred")
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Send it back").click()
        await page.get_by_role("heading", name="What you had typed").wait_for()
        await visiting.signs_in()
        await page.goto(f"{visiting.base}/studio/sales")
        await expect(page.get_by_label("Reason")).to_have_value("One was blurred")
        await expect(page.get_by_label("Reason")).to_be_visible()
        await expect(page.get_by_label("Amount")).to_have_value("2")


async def test_figures_stay_in_their_boxes_on_the_smallest_phone() -> None:
    house = BotHarness()
    await house.publishes(b"\x89PNG goods")
    async with visit(house, viewport={"width": 320, "height": 640}) as visiting:
        await visiting.signs_in()
        wide = await visiting.page.eval_on_selector_all(
            ".funnel dt", "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
        )
        assert wide == 0
        assert await visiting.inner_width() == 320


async def test_the_navigation_is_one_line_on_the_smallest_phone() -> None:
    async with visit(BotHarness(), viewport={"width": 320, "height": 640}) as visiting:
        await visiting.signs_in()
        links = visiting.page.get_by_role("navigation", name="Your pages").get_by_role("link")
        boxes = [await each.bounding_box() for each in await links.all()]
        assert len({box["y"] for box in boxes if box}) == 1
        assert await visiting.inner_width() <= 320
        bar = await visiting.page.locator(".bar").bounding_box()
        assert bar
        assert bar["height"] < 110
