"""Browsers that are signed in, and links by which one may."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from bot.domain.people.web_session import LoginLink, LoginTarget, WebSession
from bot.ids import SignInId, SignInLinkId, UserId


class SqlSignInLinks:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, link: SignInLinkId) -> LoginLink | None:
        row = await self._transaction.row("SELECT * FROM login_links WHERE id = ?", link)
        return _link(row) if row else None

    async def of(self, user: UserId) -> tuple[LoginLink, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM login_links WHERE user_id = ? ORDER BY created_at, id", user
        )
        return tuple(_link(row) for row in rows)

    async def save(self, link: LoginLink) -> None:
        await self._transaction.run(
            "INSERT INTO login_links (id, user_id, target, created_at) VALUES (?, ?, ?, ?)",
            link.id,
            link.user,
            link.target,
            time_to_text(link.created_at),
        )

    async def use(self, link: SignInLinkId) -> bool:
        used = await self._transaction.row(
            "DELETE FROM login_links WHERE id = ? RETURNING id", link
        )
        return used is not None

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        if user is not None:
            await self._transaction.run("DELETE FROM login_links WHERE user_id = ?", user)
        if before is not None:
            await self._transaction.run(
                "DELETE FROM login_links WHERE created_at < ?", time_to_text(before)
            )


class SqlSignIns:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, sign_in: SignInId) -> WebSession | None:
        row = await self._transaction.row("SELECT * FROM sessions WHERE id = ?", sign_in)
        return _sign_in(row) if row else None

    async def of(self, user: UserId) -> tuple[WebSession, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM sessions WHERE user_id = ? ORDER BY created_at, id", user
        )
        return tuple(_sign_in(row) for row in rows)

    async def save(self, sign_in: WebSession) -> None:
        await self._transaction.run(
            "INSERT INTO sessions (id, user_id, created_at) VALUES (?, ?, ?)",
            sign_in.id,
            sign_in.user,
            time_to_text(sign_in.created_at),
        )

    async def end(self, sign_in: SignInId) -> None:
        await self._transaction.run("DELETE FROM sessions WHERE id = ?", sign_in)

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        if user is not None:
            await self._transaction.run("DELETE FROM sessions WHERE user_id = ?", user)
        if before is not None:
            await self._transaction.run(
                "DELETE FROM sessions WHERE created_at < ?", time_to_text(before)
            )


def _link(row: Row) -> LoginLink:
    return LoginLink(
        id=row["id"],
        user=row["user_id"],
        target=LoginTarget(row["target"]),
        created_at=time_from_text(row["created_at"]),
    )


def _sign_in(row: Row) -> WebSession:
    return WebSession(
        id=row["id"], user=row["user_id"], created_at=time_from_text(row["created_at"])
    )
