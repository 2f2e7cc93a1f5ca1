"""The settings of a development run, and who takes them."""

import os
import socket
import stat

import pytest

from backoffice.dev import environment
from config.settings import read_environment


@pytest.fixture
def clean_environ():
    kept = dict(os.environ)
    os.environ.clear()
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_settings_are_accepted_and_secrets_kept():
    first = environment.development(8000, kept={}, given={})
    second = environment.development(8001, kept=first, given={})
    for name in environment.new_secrets():
        assert second[name] == first[name]
    assert second["BASE_URL"] == "http://127.0.0.1:8001"
    assert read_environment(second).is_development


def test_given_addresses_are_respected():
    given = {"SMTP_URL": "smtp://mail.example:25", "DATABASE_URL": "postgresql://db.example/x"}
    values = environment.development(8000, kept={}, given=given)
    assert given.items() <= values.items()


def test_stripe_is_a_sandbox_until_a_key_is_given():
    values = environment.development(8000, kept={}, given={})
    assert read_environment(values).stripe_is_sandbox
    given = {"STRIPE_KEY": "sk_test_own", "STRIPE_WEBHOOK_SECRET": "whsec_own"}
    settings = read_environment(environment.development(8000, kept=values, given=given))
    assert settings.stripe_url == "https://api.stripe.com"
    assert settings.stripe_webhook_secret.get_secret_value() == "whsec_own"
    with pytest.raises(ValueError, match="live key"):
        read_environment(values | {"STRIPE_KEY": "sk_live_1"})


def test_the_file_is_for_its_owner_alone(tmp_path):
    file = tmp_path / "env"
    environment.write({"A": "1=2", "B": ""}, file)
    assert environment.read(file) == {"A": "1=2", "B": ""}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_command_takes_what_is_not_set(tmp_path, clean_environ):
    file = tmp_path / "env"
    environment.write({"DATABASE_URL": "ours", "BRAND": "file"}, file)
    os.environ["BRAND"] = "own"
    environment.adopt(file)
    assert (os.environ["DATABASE_URL"], os.environ["BRAND"]) == ("ours", "own")


def test_a_command_on_another_database_takes_none_of_our_secrets(tmp_path, clean_environ):
    file = tmp_path / "env"
    environment.write({"DATABASE_URL": "ours", "SECRET_KEY": "ours"}, file)
    os.environ["DATABASE_URL"] = "another"
    environment.adopt(file)
    assert "SECRET_KEY" not in os.environ


def test_a_port_in_use_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not environment.is_free(server.getsockname()[1])
    assert environment.is_free(environment.free_port())
