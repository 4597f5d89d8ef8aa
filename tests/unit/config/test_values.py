"""What settings may be."""

from pathlib import Path

import pytest

from tests.support.configurations import KEK, SECRETS, Load, Problems


def test_a_short_file_is_enough(settings: Load) -> None:
    read = settings()
    assert str(read.appservice.listen) == "127.0.0.1:29330"
    assert read.permissions == {"*:ppv.test": "buyer"}
    assert read.limits.file_size == 200_000_000
    assert read.prices.default_currency == "usd"
    assert read.keys.raw() == {"first": bytes.fromhex(KEK)}
    assert not read.stripe.live


@pytest.mark.parametrize(
    "who",
    [
        "@alice:ppv.test",
        "@shop-*:ppv.test",
        "#sellers:ppv.test",
        "!sellers:ppv.test",
        "!sellers",
        "ppv.test",
        "localhost",
        "localhost:8448",
        "*:ppv.test",
        "*:home",
        "*",
    ],
)
def test_whom_permissions_may_name(settings: Load, who: str) -> None:
    assert settings(f"permissions: {{'{who}': seller}}").permissions == {who: "seller"}


def test_the_users_of_a_homeserver_of_any_name_buy(settings: Load) -> None:
    read = settings("homeserver: {domain: localhost}")
    assert read.permissions == {"*:localhost": "buyer"}


def test_settings_cannot_be_changed(settings: Load) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings().homeserver.domain = "other.test"


def test_secrets_are_not_printed(settings: Load) -> None:
    read = settings()
    shown = repr(read) + str(read) + repr(read.model_dump())
    assert not [secret for secret in SECRETS if secret in shown]
    assert repr(bytes.fromhex(KEK)) not in shown


def test_all_problems_are_told_at_once_and_quote_nothing(problems: Problems) -> None:
    told = problems(
        "homeserver: {url: matrix.ppv.test, domain: 'https://ppv.test'}\n"
        "appservice: {as_token: 12345, hs_token: short, listen: 29330}\n"
        "stripe: {secret_key: oops_51Secret, webhook_secrets: [we_123]}\n"
        "limits: {attachments_per_offer: many}\n"
        "logging: 3\n"
    )
    assert [line.partition(":")[0] for line in told] == [
        "homeserver.url",
        "homeserver.domain",
        "appservice.listen",
        "appservice.as_token",
        "appservice.hs_token",
        "stripe.secret_key",
        "stripe.webhook_secrets.0",
        "limits.attachments_per_offer",
        "logging",
    ]
    assert not [line for line in told if "\n" in line]
    assert not [line for line in told if "oops_51Secret" in line or "12345" in line]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ("appservice: {as_tokn: x}", "appservice.as_tokn: there is no such key; did you mean appservice.as_token?"),
        ("as_token: x", "as_token: there is no such key; did you mean appservice.as_token?"),
        ("striep: {}", "striep: there is no such key; did you mean stripe?"),
        ("keys: {keks: {first: {kee: x}}}", "keys.keks.first.kee: there is no such key; did you mean keys.keks.first."),
        ("ops: {zzz: 1}", "ops.zzz: there is no such key; known here are listen"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_answered_with_the_nearest(
    problems: Problems, changes: str, problem: str
) -> None:
    assert [line for line in problems(changes) if line.startswith(problem)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ("stripe: {secret_key: pk_test_1}", "publishable key"),
        ("stripe: {secret_key: sk_1}", "begins with sk_test_, sk_live_, or rk_"),
        ("stripe: {webhook_secrets: [we_1]}", "signing secret begins with whsec_"),
        ("stripe: {webhook_secrets: [whsec_]}", "begins with whsec_"),
        ("stripe: {webhook_secrets: []}", "stripe.webhook_secrets"),
        ("stripe: {secret_key: rk_live_1, api_base: 'https://other.test'}", "a live key is sent nowhere but"),
        ("stripe: {secret_key: sk_live_1}\npublic: {url: 'http://pay.ppv.test'}", "must begin with https://"),
        ("appservice: {hs_token: as0123456789abcdef}", "as_token and hs_token are the same"),
        ("appservice: {bot_localpart: _ppv}", "that name the homeserver needs"),
        ("appservice: {bot_localpart: '@ppv:ppv.test'}", "no @ and no server"),
        ("appservice: {listen: ':29330'}", "must be host:port"),
        ("appservice: {listen: 'localhost:65536'}", "must be host:port"),
        ("public: {url: 'https://pay.ppv.test/?x=1'}", "must be a plain address"),
        ("public: {url: 'ftp://pay.ppv.test'}", "must be a plain address"),
        ("database: {url: 'mysql://x'}", "must be sqlite:///"),
        ("database: {url: 'postgresql://ppv:0pen-Sesame@localhost'}", "or postgresql://user:password@host/database"),
        ("database: {url: 'sqlite://ppv.db'}", "must be sqlite:///"),
        ("blobs: {url: 's3://x'}", "must be file:"),
        ("keys: {active: second}", "active is second, but keks holds first"),
        ("keys: {keks: {first: {key: abcd}}}", "must be 32 bytes in base64 or hex"),
        ("permissions: {'alice': seller}", "must be @name:server"),
        ("permissions: {'#sellers': seller}", "must be @name:server"),
        ("permissions: {'ppv.*': seller}", "must be @name:server"),
        ("permissions: {'@alice:ppv.test': sellr}", "must be 'block', 'buyer', 'seller' or 'admin'"),
        ("prices: {default_currency: dollars}", "three letters"),
        ("limits: {file_size: much}", "must be a size such as 200 MB"),
        ("limits: {attachments_per_offer: 0}", "must be 1 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(problems: Problems, changes: str, says: str) -> None:
    (problem,) = problems(changes)
    assert says in problem


def test_a_test_key_may_go_to_another_address(settings: Load) -> None:
    assert (
        settings("stripe: {api_base: 'http://127.0.0.1:1'}").stripe.api_base == "http://127.0.0.1:1"
    )


def test_live_keys_are_real_money(settings: Load) -> None:
    assert settings("stripe: {secret_key: sk_live_1}").stripe.live
    assert settings("stripe: {secret_key: rk_live_1}").stripe.live


@pytest.mark.parametrize(
    "kek", ["ab" * 32, "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"]
)  # fmt: skip
def test_a_kek_is_read_in_hex_and_base64(settings: Load, kek: str) -> None:
    assert (
        settings(f"keys: {{keks: {{first: {{key: {kek}}}}}}}").keys.raw()["first"] == b"\xab" * 32
    )


def test_the_password_of_the_database_is_a_secret(settings: Load, tmp_path: Path) -> None:
    address = "postgresql://ppv:0pen%2FSesame@localhost/ppv"
    (tmp_path / "url").write_text(f"{address}\n")
    known = settings(f"database: {{url_file: {tmp_path}/url}}")
    assert known.database.address == address
    assert "Sesame" not in f"{known!r} {known}"
    assert {"0pen%2FSesame", "0pen/Sesame"} <= set(known.secrets())
