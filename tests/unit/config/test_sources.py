"""Where settings come from: files, the environment, secret files, credentials."""

from pathlib import Path

import pytest

from config.loading import load
from config.problems import ConfigError
from tests.support.configurations import FINE, KEK, Load, Problems


def test_the_environment_goes_before_the_file(settings: Load) -> None:
    read = settings(
        "logging: {level: error}",
        {
            "PPV__LOGGING__LEVEL": "debug",
            "PPV__STRIPE__WEBHOOK_SECRETS": "whsec_1, whsec_2",
            "PPV__LIMITS__FILE_SIZE": "2 MB",
            "PPV__MESSAGES__EXTERNAL_PAYMENT_SPAN": "true",
            "PPV__PERMISSIONS": '{"*": seller}',
            "PPV_CONFIG": "not one of ours",
        },
    )
    assert read.logging.level == "debug"
    assert [s.get_secret_value() for s in read.stripe.webhook_secrets] == ["whsec_1", "whsec_2"]
    assert read.limits.file_size == 2_000_000
    assert read.messages.external_payment_span
    assert read.permissions == {"*": "seller"}


def test_every_key_may_lie_in_a_file_of_its_own(settings: Load, tmp_path: Path) -> None:
    (tmp_path / "kek").write_text(f"{KEK}\n")
    (tmp_path / "hooks").write_text("whsec_1\nwhsec_2\n")
    read = settings(
        f"keys: {{keks: {{first: {{key_file: {tmp_path}/kek}}}}}}",
        {"PPV__STRIPE__WEBHOOK_SECRETS_FILE": f"{tmp_path}/hooks"},
    )
    assert read.keys.raw() == {"first": bytes.fromhex(KEK)}
    assert len(read.stripe.webhook_secrets) == 2


def test_a_key_may_be_a_credential_of_systemds(settings: Load, tmp_path: Path) -> None:
    (tmp_path / "kek").write_text(KEK)
    read = settings(
        "keys: {keks: {first: {key_file: $CREDENTIALS_DIRECTORY/kek}}}",
        {"CREDENTIALS_DIRECTORY": str(tmp_path)},
    )
    assert read.keys.raw() == {"first": bytes.fromhex(KEK)}


def test_without_systemd_there_are_no_credentials(problems: Problems) -> None:
    (problem,) = problems("keys: {keks: {first: {key_file: $CREDENTIALS_DIRECTORY/kek}}}")
    assert "keys.keks.first.key" in problem
    assert "LoadCredential=" in problem


def test_a_variable_also_replaces_the_file_named_for_its_key(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(FINE.replace("as_token: as0123456789abcdef", "as_token_file: /nowhere"))
    read = load(path, {"PPV__APPSERVICE__AS_TOKEN": "another0123456789"})
    assert read.appservice.as_token.get_secret_value() == "another0123456789"


def test_a_key_and_its_file_at_once_are_refused(problems: Problems) -> None:
    (problem,) = problems("appservice: {as_token_file: /nowhere}")
    assert problem == "appservice.as_token_file: write either this or as_token, not both"


def test_an_unknown_variable_is_named_as_such(problems: Problems) -> None:
    (problem,) = problems("", {"PPV__STRIPE__SECRET_KYE": "x"})
    assert problem == (
        "stripe.secret_kye (from PPV__STRIPE__SECRET_KYE): there is no such key;"
        " did you mean stripe.secret_key?"
    )
    assert problems("", {"PPV__STRIPE__SECRET_KEY__URL": "x"}) == (
        "PPV__STRIPE__SECRET_KEY__URL: stripe.secret_key holds no keys of its own",
    )


def test_a_missing_file_is_answered_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no file .*PPV_CONFIG"):
        load(tmp_path / "config.yaml", {})


def test_an_empty_file_lacks_every_key_by_name(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("stripe:\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert "stripe.secret_key: missing" in caught.value.problems
    assert "homeserver.domain: missing" in caught.value.problems


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "line 1"),
        ("permissions:\n  @alice:ppv.test: seller", 'need quotes, as in "@alice:server"'),
        ("permissions:\n  !sellers:ppv.test: seller", 'need quotes, as in "@alice:server"'),
        ("permissions:\n  *:ppv.test: buyer", 'need quotes, as in "@alice:server"'),
        ("stripe: {}\nstripe: {}", "line 2: the key stripe stands there twice"),
        ("- a", "must hold sections"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused_with_its_line(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert says in caught.value.problems[0]


def test_an_unreadable_secret_file_is_named(problems: Problems, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    told = problems(
        "",
        {
            "PPV__APPSERVICE__AS_TOKEN_FILE": str(tmp_path / "empty"),
            "PPV__STRIPE__SECRET_KEY_FILE": "/nowhere",
        },
    )
    assert [line.rpartition("): ")[2] for line in told] == [
        f"{tmp_path}/empty is empty",
        "cannot read /nowhere: No such file or directory",
    ]
    assert "appservice.as_token (from PPV__APPSERVICE__AS_TOKEN_FILE" in told[0]


def test_a_broken_file_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(FINE + "\n  as_token: secret_that_is_indented: wrongly\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert "secret_that" not in str(caught.value)
