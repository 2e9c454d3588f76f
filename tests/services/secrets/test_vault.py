"""What is sealed opens for nobody else."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from services.secrets.master_keys import MasterKeys
from services.secrets.vault import SealError, Vault
from services.settings import Settings, SettingsError

BOND = ("key", "ada", "openai", "")


def a_vault(folder: Path, given: str = "") -> Vault:
    return Vault(MasterKeys(Settings(data_dir=folder, master_key=given)))


def test_what_is_sealed_opens_again_and_shows_nothing_meanwhile(tmp_path: Path) -> None:
    sealed = a_vault(tmp_path).seal("sk-secret", *BOND)
    assert "secret" not in sealed
    assert a_vault(tmp_path).open(sealed, *BOND) == "sk-secret"
    assert a_vault(tmp_path).seal("sk-secret", *BOND) != sealed


@pytest.mark.parametrize(
    "bond",
    [
        ("key", "bob", "openai", ""),
        ("key", "ada", "groq", ""),
        ("key", "ada", "openai", "https://thief.example/v1"),
        ("headers", "ada", "openai", ""),
        ("key", "adaopenai", "", ""),
        (),
    ],
)
def test_a_seal_moved_to_another_person_provider_or_address_does_not_open(tmp_path: Path, bond: tuple[str]) -> None:
    vault = a_vault(tmp_path)
    with pytest.raises(SealError):
        vault.open(vault.seal("sk-secret", *BOND), *bond)


def changed(sealed: str) -> list[str]:
    version, name, packed = sealed.split(".")
    raw = bytearray(base64.urlsafe_b64decode(packed))
    raw[-1] ^= 1
    flipped = base64.urlsafe_b64encode(bytes(raw)).decode()
    return ["", "sk-secret", f"v2.{name}.{packed}", f"{version}.0badbad0.{packed}", f"{version}.{name}.{flipped}"]


@pytest.mark.parametrize("which", range(5))
def test_a_seal_that_was_changed_does_not_open_and_the_error_holds_nothing_of_it(tmp_path: Path, which: int) -> None:
    vault = a_vault(tmp_path)
    with pytest.raises(SealError) as caught:
        vault.open(changed(vault.seal("sk-secret", *BOND))[which], *BOND)
    assert "secret" not in str(caught.value)


def test_the_key_file_is_made_once_for_us_alone(tmp_path: Path) -> None:
    masters = MasterKeys(Settings(data_dir=tmp_path))
    assert masters.secrets() == MasterKeys(Settings(data_dir=tmp_path)).secrets()
    assert stat.S_IMODE(masters.path.stat().st_mode) == 0o600
    masters.add()
    assert stat.S_IMODE(masters.path.stat().st_mode) == 0o600


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    masters = MasterKeys(Settings(data_dir=tmp_path))
    masters.secrets()
    masters.path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        MasterKeys(Settings(data_dir=tmp_path)).secrets()


def test_a_file_of_one_line_from_before_goes_on_working_and_a_second_line_is_newer(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_text("an-older-installation-made-this-line-once")
    file.chmod(0o600)
    vault = a_vault(tmp_path)
    old = vault.seal("sk-old", *BOND)
    file.write_text("an-older-installation-made-this-line-once\nthis-one-was-added-later-by-a-rotation\n")
    new = vault.seal("sk-new", *BOND)
    assert new.startswith(vault.newest)
    assert not old.startswith(vault.newest)
    assert [vault.open(old, *BOND), vault.open(new, *BOND)] == ["sk-old", "sk-new"]


def test_the_environment_comes_before_the_file_and_may_hold_an_older_one_too(tmp_path: Path) -> None:
    old, new = "o" * 40, "n" * 40
    sealed = a_vault(tmp_path, old).seal("sk-secret", *BOND)
    assert a_vault(tmp_path, f"{old},{new}").open(sealed, *BOND) == "sk-secret"
    assert not sealed.startswith(a_vault(tmp_path, f"{old} {new}").newest)
    with pytest.raises(SealError):
        a_vault(tmp_path, new).open(sealed, *BOND)
    assert not (tmp_path / "master.key").exists()


def test_a_short_master_key_is_refused_in_one_line_that_does_not_show_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="too short") as caught:
        a_vault(tmp_path, "hunter2hunter2").seal("x")
    assert "hunter2" not in str(caught.value)
