"""Where people sign in at the small shop of the tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.people.web_session import LoginLink, LoginTarget
from bot.ids import SignInLinkId
from bot.services.auth.login import CurrentUser, LinkExpired, LoginResult
from tests.support.fake_page_data import ALICE, SECRET, SIGN_IN_SECRET


@dataclass(slots=True)
class Door:
    """`failure` is raised by all who would come in."""

    visitor: CurrentUser | None = None
    """Who is signed in, with the cookie that the link brings."""
    left: list[str] = field(default_factory=list)
    openid: list[tuple[str, str, str]] = field(default_factory=list)
    """What was shown by widgets: the secret in the address, the token, and the homeserver."""
    failure: Exception | None = None

    async def peek(self, secret: str) -> LoginLink:
        self._fail()
        if secret != SIGN_IN_SECRET:
            raise LinkExpired
        return LoginLink(
            id=SignInLinkId("1"),
            user=ALICE,
            target=LoginTarget.STUDIO,
            created_at=datetime.now(UTC),
        )

    async def login(self, secret: str, before: str | None = None) -> LoginResult:
        link = await self.peek(secret)
        self.visitor = CurrentUser(user=link.user, may_sell=True)
        if before:
            self.left.append(before)
        return LoginResult(secret=SECRET, target=link.target)

    async def enter_widget(
        self, secret: str, token: str, server: str, before: str | None = None
    ) -> LoginResult:
        self._fail()
        self.openid.append((secret, token, server))
        self.visitor = CurrentUser(user=ALICE, may_sell=True)
        return LoginResult(secret=SECRET, target=LoginTarget.STUDIO)

    async def current_user(self, secret: str) -> CurrentUser | None:
        self._fail()
        return self.visitor if secret == SECRET else None

    async def logout(self, secret: str) -> None:
        self.left.append(secret)
        self.visitor = None

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
