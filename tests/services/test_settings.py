"""What the environment says, and what it may not say."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from services.settings import Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start in an empty folder, with nothing of ours in the environment and a free port."""
    for name in os.environ:
        if name.startswith("OMNICHAT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OMNICHAT_PORT", str(probe.getsockname()[1]))


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.host == "127.0.0.1"
    assert settings.database == f"sqlite://{tmp_path / 'data' / 'omnichat.db'}"
    assert settings.models_dir == Path("data/models")
    assert settings.hosts == {"localhost", "127.0.0.1", "::1"}
    assert (tmp_path / "data").is_dir()
    assert not list((tmp_path / "data").glob(".probe*"))


def test_a_file_beside_the_program_is_read_but_the_environment_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OMNICHAT_DATA_DIR", "mine")
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    (tmp_path / ".env").write_text("OMNICHAT_DATA_DIR=theirs\nOMNICHAT_LOCAL_MODEL=off\nGROQ_API_KEY=from-the-file\n")
    settings = read_settings()
    assert (settings.data_dir, settings.local_model) == (Path("mine"), "off")
    assert os.environ["GROQ_API_KEY"] == "from-the-file"
    for name in ("GROQ_API_KEY", "OMNICHAT_LOCAL_MODEL"):
        monkeypatch.delenv(name)


def test_more_names_are_allowed_in_any_case_and_spacing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_ALLOWED_HOSTS", " Chat.Example.org, ,chat.lan ")
    assert read_settings().hosts >= {"chat.example.org", "chat.lan", "localhost"}
    assert "" not in read_settings().hosts


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_this_computer_may_be_served(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("OMNICHAT_HOST", host)
    assert read_settings().host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "chat.example.org", ""])
def test_the_network_may_not_be_served_without_accounts(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("OMNICHAT_HOST", host)
    assert not Settings().alone
    monkeypatch.setenv("OMNICHAT_SINGLE_USER", "1")
    with pytest.raises(SettingsError, match="serves this computer only"):
        read_settings()


def test_this_computer_needs_accounts_only_when_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().alone
    monkeypatch.setenv("OMNICHAT_SINGLE_USER", "0")
    assert not read_settings().alone


def test_the_public_address_is_a_name_that_browsers_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_URL", "https://Chat.Example.org:8443/")
    assert "chat.example.org" in read_settings().hosts


def test_proxies_and_origins_are_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_TRUSTED_PROXIES", "10.0.0.1, 172.16.0.0/12 fd00::/8")
    monkeypatch.setenv("OMNICHAT_ALLOWED_ORIGINS", "https://A.example/, http://b.example:8080")
    settings = read_settings()
    assert [str(each) for each in settings.proxies] == ["10.0.0.1/32", "172.16.0.0/12", "fd00::/8"]
    assert settings.origins == {"https://a.example", "http://b.example:8080"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "none", "OMNICHAT_PORT: .*integer"),
        ("PORT", "0", "OMNICHAT_PORT: .*greater than or equal to 1"),
        ("LANES", "25", "OMNICHAT_LANES: .*less than or equal to 24"),
        ("ANSWERS_PER_PERSON", "0", "OMNICHAT_ANSWERS_PER_PERSON: .*greater than or equal to 1"),
        ("ANSWERS_PER_PROVIDER", "0", "OMNICHAT_ANSWERS_PER_PROVIDER: .*greater than or equal to 1"),
        ("SINGLE_USER", "perhaps", "OMNICHAT_SINGLE_USER: .*boolean"),
        ("DATA_DIR", "/dev/null/folder", "cannot write there"),
        ("TRUSTED_PROXIES", "*", "OMNICHAT_TRUSTED_PROXIES: "),
        ("TRUSTED_PROXIES", "10.0.0.1, 0.0.0.0/0", "OMNICHAT_TRUSTED_PROXIES: it names everybody"),
        ("TRUSTED_PROXIES", "::/0", "OMNICHAT_TRUSTED_PROXIES: it names everybody"),
        ("ALLOWED_ORIGINS", "*", "OMNICHAT_ALLOWED_ORIGINS: "),
        ("ALLOWED_ORIGINS", "https://a.example, null", "OMNICHAT_ALLOWED_ORIGINS: 'null'"),
        ("ALLOWED_ORIGINS", "https://a.example/path", "OMNICHAT_ALLOWED_ORIGINS: "),
        ("LOG", "xml", "OMNICHAT_LOG: "),
    ],
)
def test_what_cannot_be_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(f"OMNICHAT_{name}", value)
    with pytest.raises(SettingsError, match=says) as caught:
        read_settings()
    assert "\n" not in str(caught.value)


def test_a_secret_is_made_once_and_only_we_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    made = settings.secret("other")
    assert len(made) >= 32
    assert settings.secret("other") == made
    assert settings.secret("third") != made
    assert settings.secret("other", "given") == "given"
    assert stat.S_IMODE((tmp_path / "other.key").stat().st_mode) == 0o600


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.secret("other")
    (tmp_path / "other.key").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        settings.secret("other")


def test_the_master_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_MASTER_KEY", "very-secret")
    assert "very-secret" not in repr(read_settings())


@pytest.mark.parametrize(
    ("given", "folder"),
    [("", Path("data/backups")), ("/var/backups/chat", Path("/var/backups/chat")), ("off", None), (" OFF ", None)],
)
def test_backups_lie_in_the_data_folder_elsewhere_or_nowhere(
    monkeypatch: pytest.MonkeyPatch, given: str, folder: Path | None
) -> None:
    monkeypatch.setenv("OMNICHAT_BACKUPS", given)
    assert read_settings().backups_dir == folder


def test_at_least_one_backup_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_BACKUPS_KEPT", "0")
    with pytest.raises(SettingsError, match="OMNICHAT_BACKUPS_KEPT: Input should be greater than or equal to 1"):
        read_settings()
