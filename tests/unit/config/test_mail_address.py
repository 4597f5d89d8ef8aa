"""A text is exactly one e-mail address, or it is refused."""

import pytest

from config.mail_address import LONGEST_MAIL_ADDRESS, mail_address, sender_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ann@example.org", "ann@example.org"),
        ("o'brien+shop@Example.CO.uk", "o'brien+shop@example.co.uk"),
        ("ann@münchen.de", "ann@xn--mnchen-3ya.de"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_one_address_is_taken_in_the_spelling_of_mail_servers(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        # several, in every way to separate them
        *("a@b,c@d", "a@b.org,c@d.org", "a@b.org;c@d.org", "a@b.org c@d.org", "a@b.org\tc@d.org"),
        *("a@b.org\nc@d.org", "a@b.org\r\nBcc: c@d.org", "a@b.org\x00", "a@b.org\n", "a,b@c.org"),
        # names, comments, quotes, groups, routes
        *("Ann <a@b.org>", "<a@b.org>", "a@b.org (c@d.org)", '"a,c@d.org"@b.org', '"a b"@c.org'),
        *("us: a@b.org, c@d.org;", "@c.org:a@b.org", "a@b.org>,<c@d.org"),
        # domains that the Internet does not have, and none
        *(
            "a@localhost",
            "a@b",
            "a@[127.0.0.1]",
            "a@b..org",
            "a@.org",
            "a@b.org.",
            "@b.org",
            "a@",
            "",
        ),
        # letters that do not show, or look like others, before the @
        *(
            "ann\u200b@example.org",
            "\u202eann@example.org",
            "änn@example.org",
            "ann@exam\u200bple.org",
        ),
        # too long
        *(f"{'a' * 65}@example.org", f"a@{'b' * 64}.org", f"a@{'b.' * LONGEST_MAIL_ADDRESS}org"),
    ],
)
def test_all_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        mail_address(typed)


@pytest.mark.parametrize(
    ("typed", "name", "address"),
    [
        ("reports@mail.internal", "", "reports@mail.internal"),
        ("Our shop <reports@shop.test>", "Our shop", "reports@shop.test"),
        ("Größe <reports@shop.test>", "Größe", "reports@shop.test"),
    ],
)
def test_a_sender_may_have_a_name(typed: str, name: str, address: str) -> None:
    sender = sender_address(typed)
    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "typed",
    ["", "a", "a@", "@b", "a@b,c@d", "A, B <a@b>", "A <a@b> c@d", "A <a@b>\nBcc: c@d", "a@b\x00"],
)
def test_what_is_not_one_sender_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        sender_address(typed)
