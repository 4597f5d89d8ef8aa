"""Browsers that are signed in, and links by which one may, in memory."""

from datetime import datetime

from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import LoginLink, WebSession
from bot.ids import RoomId, SignInId, SignInLinkId, UserId, WidgetId
from tests.support.memory.memory_records import Records


class MemorySignInLinks:
    def __init__(self, records: Records) -> None:
        self._links = records.sign_in_links

    async def get(self, link: SignInLinkId) -> LoginLink | None:
        return self._links.get(link)

    async def of(self, user: UserId) -> tuple[LoginLink, ...]:
        return tuple(each for each in self._links.values() if each.user == user)

    async def save(self, link: LoginLink) -> None:
        self._links[link.id] = link

    async def use(self, link: SignInLinkId) -> bool:
        return self._links.pop(link, None) is not None

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        for link in list(self._links.values()):
            if link.user == user or (before and link.created_at < before):
                del self._links[link.id]


class MemorySignIns:
    def __init__(self, records: Records) -> None:
        self._sign_ins = records.sign_ins

    async def get(self, sign_in: SignInId) -> WebSession | None:
        return self._sign_ins.get(sign_in)

    async def of(self, user: UserId) -> tuple[WebSession, ...]:
        return tuple(each for each in self._sign_ins.values() if each.user == user)

    async def save(self, sign_in: WebSession) -> None:
        self._sign_ins[sign_in.id] = sign_in

    async def end(self, sign_in: SignInId) -> None:
        self._sign_ins.pop(sign_in, None)

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        for each in list(self._sign_ins.values()):
            if each.user == user or (before and each.created_at < before):
                del self._sign_ins[each.id]


class MemoryWidgets:
    def __init__(self, records: Records) -> None:
        self._widgets = records.widgets

    async def get(self, widget: WidgetId) -> Widget | None:
        return self._widgets.get(widget)

    async def of(self, user: UserId) -> tuple[Widget, ...]:
        return tuple(each for each in self._widgets.values() if each.user == user)

    async def save(self, widget: Widget) -> None:
        await self.forget(room=widget.room)
        self._widgets[widget.id] = widget

    async def forget(self, *, room: RoomId | None = None, user: UserId | None = None) -> None:
        for each in list(self._widgets.values()):
            if each.room == room or each.user == user:
                del self._widgets[each.id]
