"""Files that stand in several offers, found by their fingerprints."""

from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Row
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.ids import AttachmentId, OfferId

TWINS = """
    SELECT mine.attachment, theirs.offer, theirs.attachment AS theirs, named.name
    FROM sealed AS mine
    JOIN attachments AS own ON own.offer = mine.offer AND own.id = mine.attachment AND own.paid = 1
    JOIN sealed AS theirs ON theirs.fingerprint = mine.fingerprint AND theirs.offer <> mine.offer
    JOIN attachments AS named
        ON named.offer = theirs.offer AND named.id = theirs.attachment AND named.paid = 1
"""


def twin_from_row(cipher: FieldCipher, row: Row) -> DuplicateFile:
    name = cipher.decrypt(row["name"], "attachments.name", row["offer"], row["theirs"])
    return DuplicateFile(AttachmentId(row["attachment"]), OfferId(row["offer"]), name)
