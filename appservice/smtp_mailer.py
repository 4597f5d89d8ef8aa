"""Letters, by a mail server."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

import aiosmtplib

from bot.errors import OperatorError, TemporaryError, UserError
from bot.ports import Email
from config.mail_address import mail_address, sender_address

_PERMANENT = 500
_SECONDS = 30.0
_LATER = 300.0

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class DisabledMailer:
    """Where no server is named."""

    works: bool = False

    async def send(self, letter: Email) -> None:
        raise OperatorError(f"there is no mail server for the letter {letter.name}")

    async def log_in(self) -> None:
        raise OperatorError("there is no mail server")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    server: str
    port: int
    security: Security
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    trusted: ssl.SSLContext | None = field(default=None, repr=False)
    """Whose certificates are taken; None for those that the system trusts."""
    works: bool = True

    async def send(self, letter: Email) -> None:
        try:
            recipient = mail_address(letter.to)
        except ValueError as error:
            raise UserError("This is no e-mail address.") from error
        sender = sender_address(self.sender)
        message = _message(letter, sender, recipient)
        with _classed_errors():
            async with self._client() as client:
                await client.send_message(message, sender=sender.addr_spec, recipients=[recipient])

    async def log_in(self) -> None:
        """Connect as for a letter, without sending one. Raises OperatorError or TemporaryError."""
        with _classed_errors():
            async with self._client():
                pass

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.server,
            port=self.port,
            username=self.username or None,
            password=self.password or None,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            tls_context=self.trusted,
            timeout=_SECONDS,
        )


def _message(letter: Email, sender: Address, recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{letter.name}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


@contextmanager
def _classed_errors() -> Iterator[None]:
    try:
        yield
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(each.code >= _PERMANENT for each in error.recipients):
            raise UserError("This e-mail address takes no letters.") from error
        raise TemporaryError(f"mail: {error}", retry_after=_LATER) from error
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= _PERMANENT:
            raise OperatorError(f"the mail server refuses a letter: {error}") from error
        raise TemporaryError(f"mail: {error}", retry_after=_LATER) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise TemporaryError(f"mail: {error}", retry_after=_LATER) from error
