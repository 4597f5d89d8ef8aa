"""Who is signed in, as the store keeps it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import LoginLink, LoginTarget, WebSession
from bot.ids import RoomId, SignInId, SignInLinkId, UserId, WidgetId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON

ALICE, BOB = UserId("@alice:test"), UserId("@bob:test")
LINK = LoginLink(id=SignInLinkId("l1"), user=ALICE, target=LoginTarget.STUDIO, created_at=NOON)
SIGN_IN = WebSession(id=SignInId("s1"), user=ALICE, created_at=NOON)
LATER = NOON + timedelta(minutes=1)


async def test_a_link_can_be_looked_at_often_and_used_once(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.sign_in_links.save(LINK)
    async with store.begin() as uow:
        assert await uow.sign_in_links.get(LINK.id) == LINK
        assert await uow.sign_in_links.get(LINK.id) == LINK
        assert await uow.sign_in_links.use(LINK.id)
        assert not await uow.sign_in_links.use(LINK.id)
    async with store.begin() as uow:
        assert await uow.sign_in_links.get(LINK.id) is None
        assert not await uow.sign_in_links.use(LINK.id)


async def test_links_are_forgotten_by_age_and_by_user(store: AnyStore) -> None:
    fresh = replace(LINK, id=SignInLinkId("l2"), created_at=LATER, target=LoginTarget.LIBRARY)
    bobs = replace(fresh, id=SignInLinkId("l3"), user=BOB)
    async with store.begin() as uow:
        for link in (LINK, fresh, bobs):
            await uow.sign_in_links.save(link)
        await uow.sign_in_links.forget(before=LATER)
    async with store.begin() as uow:
        assert await uow.sign_in_links.get(LINK.id) is None
        assert await uow.sign_in_links.of(ALICE) == (fresh,)
        assert await uow.sign_in_links.of(BOB) == (bobs,)
        await uow.sign_in_links.forget(user=ALICE)
    async with store.begin() as uow:
        assert await uow.sign_in_links.get(fresh.id) is None
        assert await uow.sign_in_links.get(bobs.id) == bobs


async def test_a_browser_is_signed_in_until_that_ends(store: AnyStore) -> None:
    other = replace(SIGN_IN, id=SignInId("s2"))
    async with store.begin() as uow:
        await uow.sign_ins.save(SIGN_IN)
        await uow.sign_ins.save(other)
    async with store.begin() as uow:
        assert await uow.sign_ins.get(SIGN_IN.id) == SIGN_IN
        await uow.sign_ins.end(SIGN_IN.id)
    async with store.begin() as uow:
        assert await uow.sign_ins.get(SIGN_IN.id) is None
        assert await uow.sign_ins.get(other.id) == other


async def test_sign_ins_are_forgotten_by_age_and_by_user(store: AnyStore) -> None:
    fresh = replace(SIGN_IN, id=SignInId("s2"), created_at=LATER)
    bobs = replace(fresh, id=SignInId("s3"), user=BOB)
    async with store.begin() as uow:
        for each in (SIGN_IN, fresh, bobs):
            await uow.sign_ins.save(each)
        await uow.sign_ins.forget(before=LATER)
    async with store.begin() as uow:
        assert await uow.sign_ins.get(SIGN_IN.id) is None
        assert await uow.sign_ins.of(ALICE) == (fresh,)
        await uow.sign_ins.forget(user=ALICE)
    async with store.begin() as uow:
        assert await uow.sign_ins.get(fresh.id) is None
        assert await uow.sign_ins.get(bobs.id) == bobs


async def test_a_room_has_one_widget(store: AnyStore) -> None:
    one, other, elsewhere = (
        Widget(id=WidgetId(id_), user=user, room=RoomId(room), created_at=NOON)
        for id_, user, room in (("w1", ALICE, "!1"), ("w2", ALICE, "!1"), ("w3", BOB, "!2"))
    )
    async with store.begin() as uow:
        for each in (one, other, elsewhere):
            await uow.widgets.save(each)
    async with store.begin() as uow:
        found = [await uow.widgets.get(each.id) for each in (one, other, elsewhere)]
        assert found == [None, other, elsewhere]
        assert await uow.widgets.of(ALICE) == (other,)
        await uow.widgets.forget(room=elsewhere.room)
        await uow.widgets.forget(user=ALICE)
    async with store.begin() as uow:
        assert [await uow.widgets.get(each.id) for each in (other, elsewhere)] == [None, None]
