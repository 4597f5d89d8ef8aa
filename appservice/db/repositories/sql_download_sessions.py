"""Claims: browsers that want to open what somebody bought."""

from datetime import datetime

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from bot.domain.purchases.download_session import DownloadSession
from bot.ids import ClaimId, UserId

_OF_BUYER = "purchase IN (SELECT id FROM purchases WHERE buyer = ?)"


class SqlClaims:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, claim: ClaimId) -> DownloadSession | None:
        row = await self._transaction.row("SELECT * FROM download_sessions WHERE id = ?", claim)
        return _from_row(row) if row else None

    async def with_code(self, buyer: UserId, code: str) -> tuple[DownloadSession, ...]:
        rows = await self._transaction.rows(
            f"SELECT * FROM download_sessions WHERE {_OF_BUYER} AND user_code = ? ORDER BY created_at, id",  # noqa: S608 - of our own words
            buyer,
            code,
        )
        return tuple(_from_row(row) for row in rows)

    async def of(self, buyer: UserId) -> tuple[DownloadSession, ...]:
        rows = await self._transaction.rows(
            f"SELECT * FROM download_sessions WHERE {_OF_BUYER} ORDER BY created_at, id",  # noqa: S608 - of our own words
            buyer,
        )
        return tuple(_from_row(row) for row in rows)

    async def save(self, claim: DownloadSession) -> None:
        await self._transaction.run(
            "INSERT INTO download_sessions (id, purchase, user_code, created_at, verified_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET user_code = excluded.user_code, created_at = excluded.created_at,"
            " verified_at = excluded.verified_at",
            claim.id,
            claim.purchase,
            claim.user_code,
            time_to_text(claim.created_at),
            nullable(time_to_text, claim.verified_at),
        )

    async def forget(self, *, buyer: UserId | None = None, before: datetime | None = None) -> None:
        if buyer is not None:
            await self._transaction.run(f"DELETE FROM download_sessions WHERE {_OF_BUYER}", buyer)  # noqa: S608
        if before is not None:
            await self._transaction.run(
                "DELETE FROM download_sessions WHERE created_at < ?", time_to_text(before)
            )


def _from_row(row: Row) -> DownloadSession:
    return DownloadSession(
        id=row["id"],
        purchase=row["purchase"],
        user_code=row["user_code"],
        created_at=time_from_text(row["created_at"]),
        verified_at=nullable(time_from_text, row["verified_at"]),
    )
