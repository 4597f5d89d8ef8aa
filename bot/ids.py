"""Names for the strings that pass through the house, and the ids that we derive from others.

A derived id is a pure function of what caused it, so that doing the same thing twice, after a crash
or a lost answer, meets its own earlier traces instead of making new ones.
"""

import hashlib
import re
from typing import NewType
from urllib.parse import unquote

UserId = NewType("UserId", str)
RoomId = NewType("RoomId", str)
RoomAlias = NewType("RoomAlias", str)
EventId = NewType("EventId", str)
TxId = NewType("TxId", str)
MxcUri = NewType("MxcUri", str)
OfferId = NewType("OfferId", str)
AttachmentId = NewType("AttachmentId", str)
PurchaseId = NewType("PurchaseId", str)
LinkToken = NewType("LinkToken", str)
BlobId = NewType("BlobId", str)
KekId = NewType("KekId", str)
CheckoutSessionId = NewType("CheckoutSessionId", str)
PaymentIntentId = NewType("PaymentIntentId", str)
ChargeId = NewType("ChargeId", str)
RefundId = NewType("RefundId", str)
DisputeId = NewType("DisputeId", str)
BookingId = NewType("BookingId", str)
"""Of an entry in the processor's balance."""
AccountId = NewType("AccountId", str)
SaleCode = NewType("SaleCode", str)
ReportId = NewType("ReportId", str)
ClaimId = NewType("ClaimId", str)
SignInLinkId = NewType("SignInLinkId", str)
SignInId = NewType("SignInId", str)
WidgetId = NewType("WidgetId", str)

_USER_ID = re.compile(r"@[!-9;-~]+:[A-Za-z0-9.:\[\]-]+", re.ASCII)
_LONGEST_ID = 255

# Crockford's base 32: no I, L, O or U, so a code read aloud or copied by hand survives.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD = str.maketrans("oil", "011", "- ")
_CODE_LENGTH = 10


def _base32(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def offer_id(first_event: EventId) -> OfferId:
    """The offer that a seller's first event begins: 50 bits, typable, the same on every rerun."""
    return OfferId(_base32(_digest("offer", first_event), _CODE_LENGTH))


def form_offer_id(seller: UserId, form: str) -> OfferId:
    """The offer that a form in a seller's browser begins: the same, however often it is sent."""
    return OfferId(_base32(_digest("form offer", seller, form), _CODE_LENGTH))


def upload_id(offer: OfferId, form: str, number: int) -> AttachmentId:
    """The attachment that comes as file `number` of a form in a seller's browser."""
    return AttachmentId(_base32(_digest("upload", offer, form, str(number)), 16))


def sent_file_id(offer: OfferId, name: str, size: int, content: bytes) -> AttachmentId:
    """The attachment that a file in a seller's browser becomes: the same for the same bytes under one name.

    `content` stands for the bytes; it is keyed, so that nobody who holds the file knows the id by it.
    """
    return AttachmentId(_base32(_digest("file", offer, name, str(size), content.hex()), 16))


def digest_of(*parts: str) -> str:
    """A short name for some words, to see whether they are still the same."""
    return _base32(_digest("words", *parts), 16)


def attachment_id(event: EventId) -> AttachmentId:
    """The attachment that came in by this event."""
    return AttachmentId(_base32(_digest("attachment", event), 16))


def purchase_id(offer: OfferId, buyer: UserId) -> PurchaseId:
    """One buyer's claim on one offer. Tells nothing of the buyer to those who see it."""
    return PurchaseId("p" + _base32(_digest("purchase", offer, buyer), 24))


def tx_id(*cause: str) -> TxId:
    """A client transaction id for one effect of one cause.

    https://spec.matrix.org/v1.17/client-server-api/#transaction-identifiers
    """
    return TxId("ppv-" + _base32(_digest("tx", *cause), 26))


def code_of(offer: OfferId) -> str:
    """The offer's id as people see it: `K7QM2-XPA4E`."""
    return f"{offer[:5]}-{offer[5:]}".upper()


def parse_code(typed: str) -> OfferId | None:
    """The offer that somebody typed, forgiving case, dashes, and O for 0, I or L for 1."""
    plain = _parsed(typed)
    return OfferId(plain) if len(plain) == _CODE_LENGTH else None


def parse_user_id(typed: str) -> UserId | None:
    """The Matrix ID that somebody typed, or the link to it that clients share.

    https://spec.matrix.org/v1.17/appendices/#user-identifiers
    """
    plain = unquote(typed.strip().partition("matrix.to/#/")[2] or typed.strip())
    return UserId(plain) if len(plain) <= _LONGEST_ID and _USER_ID.fullmatch(plain) else None


def homeserver_of(user: str) -> str:
    """The name of the homeserver that somebody's account is on."""
    return user.partition(":")[2]


def claim_id(secret: str) -> ClaimId:
    """What is stored of the secret in a browser's cookie."""
    return ClaimId(_digest("claim", secret).hex())


def sign_in_link_id(secret: str) -> SignInLinkId:
    """What is stored of the secret in a link that signs a browser in."""
    return SignInLinkId(_digest("sign-in link", secret).hex())


def sign_in_id(secret: str) -> SignInId:
    """What is stored of the secret in the cookie of a browser that is signed in."""
    return SignInId(_digest("sign-in", secret).hex())


def widget_id(secret: str) -> WidgetId:
    """What is stored of the secret in the address of a widget."""
    return WidgetId(_digest("widget", secret).hex())


def form_token(secret: str) -> str:
    """What forms for that browser carry, so that no other website can fill them in for it."""
    return _base32(_digest("form", secret), 32)


def sale_code_of(purchase: PurchaseId) -> SaleCode:
    """One sale as sellers and operators name it: `S-K7QM2-XPA4E`."""
    code = purchase[1 : 1 + _CODE_LENGTH].upper()
    return SaleCode(f"S-{code[:5]}-{code[5:]}")


def parse_sale_code(typed: str) -> SaleCode | None:
    """The sale that somebody typed, as forgiving as `parse_code`."""
    plain = _parsed(typed)
    if len(plain) != 1 + _CODE_LENGTH or not plain.startswith("s"):
        return None
    return sale_code_of(PurchaseId(f"p{plain[1:]}"))


def report_id(cause: str) -> ReportId:
    """What somebody reports by that message, or by the secret that their browser was given."""
    return ReportId(f"r{_base32(_digest('report', cause), _CODE_LENGTH)}")


def report_code_of(report: ReportId) -> str:
    """As people see it: `R-K7QM2-XPA4E`."""
    return f"R-{report[1:6]}-{report[6:]}".upper()


def parse_report_code(typed: str) -> ReportId | None:
    """The report that somebody typed, as forgiving as `parse_code`."""
    plain = _parsed(typed)
    fits = len(plain) == 1 + _CODE_LENGTH and plain.startswith("r")
    return ReportId(plain) if fits else None


def _parsed(typed: str) -> str:
    """Empty for what is no code."""
    plain = typed.strip().lower().translate(_MISREAD)
    return plain if all(letter in _ALPHABET for letter in plain) else ""
