"""The text of an offer, as it stands in its row: encrypted, for a draft is nobody else's to read."""

from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Row


def encrypt_text(cipher: FieldCipher, offer: str, text: str) -> str:
    return cipher.encrypt(text, "offers.text", offer)


def text_in(cipher: FieldCipher, row: Row) -> str:
    """From a row with `id` and `text` of an offer."""
    return cipher.decrypt(row["text"], "offers.text", row["id"])
