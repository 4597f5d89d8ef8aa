"""What erasing a person does to each column that holds, or may hold, a user ID (GDPR, article 17).

https://eur-lex.europa.eu/eli/reg/2016/679/oj
"""

from dataclasses import dataclass
from enum import StrEnum

from appservice.db.transaction import Transaction
from bot.ids import UserId


class Effect(StrEnum):
    DELETED = "the row is deleted"
    EMPTIED = "the row stays without the ID"
    NAMED = "a row whose text names the person is deleted"
    BY_SERVICE = "`EraseUser` does it, because more belongs to it than this row"
    KEPT = "it stays"


@dataclass(frozen=True, slots=True)
class Column:
    table: str
    name: str
    effect: Effect
    because: str = ""


ERASURE = (
    Column("preferences", "user_id", Effect.DELETED),
    Column("turned_away_users", "user_id", Effect.DELETED),
    Column("refused_commands", "user_id", Effect.DELETED),
    Column("erasure_requests", "user_id", Effect.DELETED),
    Column("data_exports", "user_id", Effect.DELETED),
    Column("direct_room_openings", "user_id", Effect.DELETED),
    Column("removal_notices", "user_id", Effect.DELETED),
    Column("identities", "user_id", Effect.DELETED),
    Column("sessions", "user_id", Effect.DELETED),
    Column("login_links", "user_id", Effect.DELETED),
    Column("widgets", "user_id", Effect.DELETED),
    Column("storefronts", "seller", Effect.DELETED),
    Column("intercepted_attachments", "sender_id", Effect.DELETED),
    Column("abuse_reports", "reporter_id", Effect.EMPTIED),
    Column("inbox", "id", Effect.NAMED),
    Column("admin_alerts", "key", Effect.NAMED),
    Column("jobs", "lane", Effect.NAMED),
    Column("purchases", "buyer", Effect.BY_SERVICE, "tax law asks for the purchase, not for its buyer"),
    Column("direct_rooms", "user_id", Effect.BY_SERVICE, "the bot leaves the rooms"),
    Column("offers", "seller", Effect.BY_SERVICE, "only who has no offers but discarded ones is erased"),
    Column("uploads", "seller", Effect.BY_SERVICE, "they go with their drafts"),
    Column("jobs", "payload", Effect.KEPT, "it is encrypted, and goes when the job is done"),
    Column("ledger", "seller", Effect.KEPT, "tax law asks for it"),
    Column("connected_accounts", "seller_id", Effect.KEPT, "the payment processor still sends events about it"),
    Column("blocks", "user_id", Effect.KEPT, "nobody gets rid of a block by being erased"),
    Column("audit_log", "actor", Effect.KEPT, "admins' decisions have to be accounted for"),
    Column("audit_log", "target", Effect.KEPT, "as above"),
)  # fmt: skip


async def erase(transaction: Transaction, user: UserId) -> None:
    """Do what the list says, but for what `EraseUser` does."""
    for each in ERASURE:
        match each.effect:
            case Effect.DELETED:
                await transaction.run(f"DELETE FROM {each.table} WHERE {each.name} = ?", user)  # noqa: S608 - names of ours
            case Effect.EMPTIED:
                await transaction.run(
                    f"UPDATE {each.table} SET {each.name} = NULL WHERE {each.name} = ?",  # noqa: S608 - names of ours
                    user,
                )
            case Effect.NAMED:
                await _delete_named(transaction, each, user)


async def _delete_named(transaction: Transaction, column: Column, user: UserId) -> None:
    """The ID stands between blanks, colons before it, and the ends of the text."""
    words = f"replace(' ' || {column.name} || ' ', ':@', ' @')"
    await transaction.run(
        f"DELETE FROM {column.table} WHERE replace({words}, ?, '') <> {words}",  # noqa: S608 - names of ours
        f" {user} ",
    )
