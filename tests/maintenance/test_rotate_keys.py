from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.chats.archive import Archive
from services.models.keys import Keys
from services.news import News
from services.people.audit import Audit
from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings
from services.storage.database import Database
from tests.fakes import Doorman
from tests.journeys.running_app import ROOT, environment_for

SECRET = "sk-abcdefghijklmnopqrst1234"
OLD, NEW = "o" * 40, "n" * 40


def rotate(folder: Path, *options: str, **environment: str) -> tuple[int, str]:
    ours = environment_for(folder, 1, environment)
    command = [sys.executable, "-m", "maintenance.rotate_keys", *options]
    ended = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout + ended.stderr


async def saved(folder: Path, given: str = "", *, add: bool = False) -> list[str]:
    """Return the keys that can be opened now, after one was added if that is wanted."""
    settings = Settings(data_dir=folder, master_key=given)
    masters = MasterKeys(settings)
    vault = Vault(masters)
    keys = Keys(vault, News(), Doorman(), Audit())
    async with Database(settings.database):
        await SealedRows(masters, vault).check()
        me = await Archive().local_person()
        if add:
            await keys.add(me, "openai", SECRET)
        return [key.secret for found in (await keys.in_use(me)).values() for key in found]


async def test_the_command_puts_another_line_in_place_of_the_old_one(tmp_path: Path) -> None:
    await saved(tmp_path, add=True)
    before = (tmp_path / "master.key").read_text()
    code, said = rotate(tmp_path)
    assert (code, "Sealed anew: 2." in said) == (0, True)
    after = (tmp_path / "master.key").read_text()
    assert len(after.split()) == 1
    assert before not in after
    assert await saved(tmp_path) == [SECRET]
    assert SECRET not in said
    assert after.strip() not in said


async def test_with_a_secret_from_the_environment_it_says_the_steps_and_takes_them(tmp_path: Path) -> None:
    await saved(tmp_path, OLD, add=True)
    code, said = rotate(tmp_path, OMNICHAT_MASTER_KEY=OLD)
    assert (code, "Set OMNICHAT_MASTER_KEY to the old and the new one" in said) == (0, True)
    code, said = rotate(tmp_path, OMNICHAT_MASTER_KEY=f"{OLD},{NEW}")
    assert (code, "to its last part alone" in said) == (0, True)
    assert await saved(tmp_path, NEW) == [SECRET]


async def test_a_wrong_secret_rotates_nothing_and_keys_are_given_up_only_when_told_to(tmp_path: Path) -> None:
    await saved(tmp_path, OLD, add=True)
    code, said = rotate(tmp_path)
    assert (code, "is not the master key" in said) == (2, True)
    assert await saved(tmp_path, OLD) == [SECRET]
    code, said = rotate(tmp_path, "--forget")
    assert (code, "Given up: 1." in said) == (0, True)
    assert await saved(tmp_path) == []
