"""A first configuration, from the example and an admin's answers."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.first import Answers, first_config
from config.loading import load

ANSWERS = Answers(
    homeserver="https://matrix.ppv.test",
    domain="ppv.test",
    public_url="https://pay.ppv.test",
    stripe_key="sk_test_1",
    webhook_secret="whsec_1",
    stripe_api="https://api.stripe.com",
    admin="@root:ppv.test",
)


def test_it_is_whole_and_keeps_the_explanations(tmp_path: Path) -> None:
    text = first_config(ANSWERS)
    path = tmp_path / "config.yaml"
    path.write_text(text)
    settings = load(path, {})
    assert settings.permissions == {"*:ppv.test": "buyer", "@root:ppv.test": "admin"}
    assert settings.public.url == "https://pay.ppv.test"
    assert text.count("# ") > 50


@pytest.mark.parametrize("domain", ["localhost", "homeserver", "localhost:8448"])
def test_it_fits_a_homeserver_of_any_name(tmp_path: Path, domain: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(first_config(replace(ANSWERS, domain=domain)))
    assert load(path, {}).permissions == {f"*:{domain}": "buyer", "@root:ppv.test": "admin"}


def test_its_secrets_are_new_each_time() -> None:
    lines = zip(first_config(ANSWERS).splitlines(), first_config(ANSWERS).splitlines(), strict=True)
    differing = [one.split(":")[0].strip() for one, other in lines if one != other]
    assert differing == ["as_token", "hs_token", "key"]
