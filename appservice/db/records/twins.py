"""Files that stand in several offers, found by their fingerprints."""

from appservice.db.transaction import Row
from bot.ids import AttachmentId, OfferId
from bot.twin import Twin

TWINS = """
    SELECT mine.attachment, theirs.offer, named.name
    FROM sealed AS mine
    JOIN attachments AS own ON own.offer = mine.offer AND own.id = mine.attachment AND own.paid = 1
    JOIN sealed AS theirs ON theirs.fingerprint = mine.fingerprint AND theirs.offer <> mine.offer
    JOIN attachments AS named
        ON named.offer = theirs.offer AND named.id = theirs.attachment AND named.paid = 1
"""


def twin_from_row(row: Row) -> Twin:
    return Twin(AttachmentId(row["attachment"]), OfferId(row["offer"]), row["name"])
