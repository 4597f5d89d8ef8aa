"""Where people sign in at the small shop of the tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.people.web_session import Place, SignInLink
from bot.ids import SignInLinkId
from bot.services.auth.login import DeadLink, Entered, SignedIn
from tests.support.fake_page_data import ALICE, SECRET, SIGN_IN_SECRET


@dataclass(slots=True)
class Door:
    """`failure` is raised by all who would come in."""

    visitor: SignedIn | None = None
    """Who is signed in, with the cookie that the link brings."""
    left: list[str] = field(default_factory=list)
    openid: list[tuple[str, str, str]] = field(default_factory=list)
    """What was shown by widgets: the secret in the address, the token, and the homeserver."""
    failure: Exception | None = None

    async def look_at_link(self, secret: str) -> SignInLink:
        self._fail()
        if secret != SIGN_IN_SECRET:
            raise DeadLink
        return SignInLink(
            id=SignInLinkId("1"), user=ALICE, place=Place.STUDIO, made_at=datetime.now(UTC)
        )

    async def enter(self, secret: str, before: str | None = None) -> Entered:
        link = await self.look_at_link(secret)
        self.visitor = SignedIn(user=link.user, may_sell=True)
        if before:
            self.left.append(before)
        return Entered(secret=SECRET, place=link.place)

    async def enter_widget(
        self, secret: str, token: str, server: str, before: str | None = None
    ) -> Entered:
        self._fail()
        self.openid.append((secret, token, server))
        self.visitor = SignedIn(user=ALICE, may_sell=True)
        return Entered(secret=SECRET, place=Place.STUDIO)

    async def who(self, secret: str) -> SignedIn | None:
        self._fail()
        return self.visitor if secret == SECRET else None

    async def leave(self, secret: str) -> None:
        self.left.append(secret)
        self.visitor = None

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
