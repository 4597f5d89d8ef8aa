"""E-mail addresses: a text is exactly one, or is refused."""

from email.headerregistry import Address
from email.policy import default

from email_validator import EmailNotValidError, validate_email

LONGEST_MAIL_ADDRESS = 254
"""Characters: https://www.rfc-editor.org/errata/eid1690"""


def mail_address(text: str) -> str:
    """Return the one address that `text` is, its domain in lower case and ASCII. Raises ValueError.

    Refused are several addresses, display names, comments, quotes, IP addresses, control characters and domains
    that the Internet does not have. So are letters beyond ASCII before the @, because many mail servers lack
    SMTPUTF8.
    """
    try:
        valid = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise ValueError(f"must be an e-mail address: {error}") from error
    return valid.ascii_email or ""


def sender_address(text: str) -> Address:
    """Return the mailbox in `name@domain` or `Display Name <name@domain>`. Raises ValueError.

    Its domain may be one that only the operator's own network has.
    """
    wrong = ValueError("must be one e-mail address, such as Our shop <reports@example.org>")
    if not text.isprintable() or "@" not in text.strip("@ >"):
        raise wrong
    header = default.header_factory("From", text)
    if header.defects or len(header.addresses) != 1:
        raise wrong
    address: Address = header.addresses[0]
    if not (address.username and address.domain and address.addr_spec.isascii()):
        raise wrong
    return address
