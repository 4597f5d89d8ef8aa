"""Letters, taken by a real mail server in this process."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import ValidationError

from appservice.smtp_mailer import DisabledMailer, SmtpMailer
from bot.errors import OperatorError, TemporaryError, UserError
from bot.ports import Email
from config.sections.mail import Mail
from sandbox.processes.ports import free_port

LETTER = Email(
    to="ann@example.org", subject="Your report: größer", text="Hello,\n\nthänk you.", name="ppv-1"
)


class Inbox:
    """Answers RCPT with `code`, unless it is 250."""

    def __init__(self) -> None:
        self.code, self.taken = 250, list[Envelope]()

    async def handle_RCPT(  # noqa: N802 - as the server calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any
    ) -> str:
        if self.code == 250:
            envelope.rcpt_tos.append(address)
        return f"{self.code} so it is"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 taken"


def only_ann(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ann", b"secret")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    server = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=only_ann,
        auth_require_tls=False,
    )
    server.start()
    yield server.port
    server.stop()


def mail(port: int, **changed: Any) -> SmtpMailer:
    return SmtpMailer(
        **{
            "server": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "Our shop <reports@shop.test>",
            **changed,
        }
    )


async def test_a_letter_arrives_as_it_was_written(inbox: Inbox, port: int) -> None:
    await mail(port).send(LETTER)
    (envelope,) = inbox.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("reports@shop.test", ["ann@example.org"])
    assert isinstance(envelope.content, bytes)
    letter = message_from_bytes(envelope.content, policy=default)
    assert letter["Subject"] == LETTER.subject
    assert letter["From"] == "Our shop <reports@shop.test>"
    assert letter["Message-ID"] == "<ppv-1@shop.test>", "the same for a letter that is sent twice"
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_body()
    assert body
    assert body.get_content().split() == LETTER.text.split()


async def test_whoever_must_sign_in_does(inbox: Inbox, port: int) -> None:
    await mail(port, username="ann", password="secret").send(LETTER)
    assert len(inbox.taken) == 1
    with pytest.raises(OperatorError):
        await mail(port, username="ann", password="guessed").send(LETTER)


@pytest.mark.parametrize(("code", "error"), [(550, UserError), (451, TemporaryError)])
async def test_what_the_server_answers_counts(
    inbox: Inbox, port: int, code: int, error: type[Exception]
) -> None:
    inbox.code = code
    with pytest.raises(error):
        await mail(port).send(LETTER)
    assert inbox.taken == []


async def test_a_server_that_is_away_or_knows_no_encryption_is_tried_again(port: int) -> None:
    with pytest.raises(TemporaryError):
        await mail(free_port()).send(LETTER)
    with pytest.raises(TemporaryError):
        await mail(port, security="starttls").send(LETTER)


async def test_a_subject_of_several_lines_sends_nothing(inbox: Inbox, port: int) -> None:
    letter = Email(to="ann@example.org", subject="a\nBcc: bea@x.org", text="", name="x")
    with pytest.raises(ValueError, match="linefeed"):
        await mail(port).send(letter)
    assert inbox.taken == []


@pytest.mark.parametrize(
    "to", ["ann@example.org,bea@x.org", "ann@example.org\nBcc: bea@x.org", "Ann <ann@example.org>"]
)
async def test_what_is_not_one_address_gets_no_letter(inbox: Inbox, port: int, to: str) -> None:
    with pytest.raises(UserError):
        await mail(port).send(Email(to=to, subject="a", text="", name="x"))
    assert inbox.taken == []


async def test_without_a_server_nothing_is_sent() -> None:
    assert not DisabledMailer().works
    with pytest.raises(OperatorError):
        await DisabledMailer().send(LETTER)


@pytest.mark.parametrize(
    "section",
    [
        {"server": "mail.shop.test"},
        {"server": "mail.shop.test", "sender": "a@b", "password": "x", "security": "none"},
        {"server": "mail.shop.test", "sender": "a@b,c@d"},
        {"server": "mail.shop.test", "sender": "A, B <a@b>"},
        {"server": "mail.shop.test", "sender": "A <a@b>\nBcc: c@d"},
        {"sender": "nobody"},
        {"sender": "a@"},
        {"port": 0},
    ],
)
def test_a_section_that_is_not_whole_is_none(section: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Mail(**section)
