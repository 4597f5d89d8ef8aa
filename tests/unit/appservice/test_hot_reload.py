"""What a running program takes from a changed configuration."""

from pathlib import Path

from config.loading import load
from config.reloading import reloaded
from config.settings import Settings
from tests.support.configurations import config_file


def settings(folder: Path, changes: str = "") -> Settings:
    return load(config_file(folder, changes), {})


def test_people_limits_and_words_are_taken_at_once(tmp_path: Path) -> None:
    changes = (
        "permissions: {'*': seller}\nlimits: {attachments_per_offer: 3}\nadmins: {room: '!a:b'}\n"
        "sales: {contact: Ann}\nlogging: {level: debug}\nprices: {default_currency: eur}"
    )
    now, waiting = reloaded(settings(tmp_path), settings(tmp_path, changes))
    assert waiting == ()
    assert now.permissions == {"*": "seller"}
    assert now.limits.attachments_per_offer == 3
    assert now.sales.contact == "Ann"
    assert now == settings(tmp_path, changes)


def test_what_holds_connections_and_files_waits(tmp_path: Path) -> None:
    before = settings(tmp_path)
    changes = (
        "database: {url: sqlite:///b.db}\npublic: {listen: '0.0.0.0:1'}\nsales: {contact: Ann}"
    )
    now, waiting = reloaded(before, settings(tmp_path, changes))
    assert waiting == ("public", "database")
    assert (now.database, now.public) == (before.database, before.public)
    assert now.sales.contact == "Ann"


def test_webhook_secrets_are_rolled_without_a_restart(tmp_path: Path) -> None:
    changes = "stripe: {webhook_secrets: [whsec_new, whsec_Secret], secret_key: sk_test_other}"
    now, waiting = reloaded(settings(tmp_path), settings(tmp_path, changes))
    assert [each.get_secret_value() for each in now.stripe.webhook_secrets] == [
        "whsec_new",
        "whsec_Secret",
    ]
    assert waiting == ("stripe",)
    assert now.stripe.secret_key == settings(tmp_path).stripe.secret_key
