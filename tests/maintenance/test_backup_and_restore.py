"""Backing up and restoring from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.backups.backups import NIGHTLY
from services.settings import Settings
from tests.journeys.running_app import ROOT, RunningApp, environment_for
from tests.services.full_house import everything, fill


def run(program: str, folder: Path, *options: str | Path, **environment: str) -> tuple[int, list[str], str]:
    """Run it; return its exit code, its lines, and what it said beside them."""
    ours = environment_for(folder, 1, environment)
    command = [sys.executable, "-m", f"maintenance.{program}", *options]
    ended = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout.splitlines(), ended.stderr


async def test_a_running_server_is_backed_up_and_a_stopped_one_restored(tmp_path: Path) -> None:
    app = RunningApp(tmp_path, {})
    await app.start()
    try:
        code, lines, progress = run("backup", tmp_path / "data")
        assert code == 0, progress
        assert progress.splitlines() == ["Copying the database", "Packing it", "Checking what was written"]
        (made,) = (tmp_path / "data" / "backups").iterdir()
        await app.until_stored("job.name", "backup")
        assert NIGHTLY.fullmatch(made.name)
        assert lines[0].startswith(f"Made and checked {made}: ")
        assert lines[1].startswith("It holds no keys: keep a copy of master.key")
        code, lines, told = run("restore", tmp_path / "data", made, "--replace")
        assert (code, lines) == (1, [])
        assert "is in use" in told
    finally:
        await app.end()
    code, lines, told = run("restore", tmp_path / "data", made)
    assert (code, lines) == (1, [])
    assert told.splitlines()[-1].startswith("Nothing was restored. This server is not empty.")
    code, lines, told = run("restore", tmp_path / "data", made, "--replace")
    assert code == 0, told
    assert lines[0].startswith(f"What was there before is in {tmp_path / 'data' / 'backups'}")
    assert lines[-1].startswith("Restored ")
    await app.start()
    assert await app.end() == 0


async def test_keys_and_rows_go_to_another_folder_and_come_back_in_another_server(tmp_path: Path) -> None:
    here, there = (Settings(data_dir=tmp_path / name) for name in ("here", "there"))
    here.data_dir.mkdir()
    await fill(here)
    code, lines, progress = run("backup", here.data_dir, "--keys", "--to", tmp_path / "kept")
    assert code == 0, progress
    assert lines[-1].startswith("It holds the keys that open every saved key")
    (made,) = (tmp_path / "kept").iterdir()
    code, lines, told = run("restore", there.data_dir, made)
    assert (code, len(lines)) == (0, 2), told
    assert lines[0] == "Ended 6 sign-ins that it held: everybody signs in again. API tokens still work."
    assert (there.data_dir / "master.key").read_text() == (here.data_dir / "master.key").read_text()
    assert await everything(there.database) == {**await everything(here.database), "session": [], "refresh_token": []}


def test_what_cannot_be_is_one_line_and_makes_nothing(tmp_path: Path) -> None:
    code, lines, told = run("backup", tmp_path / "data")
    assert (code, lines) == (1, [])
    assert told.splitlines()[-1].startswith("No backup was made. There is no database of OmniChat at ")
    code, lines, told = run("restore", tmp_path / "data", tmp_path / "nowhere.tar")
    assert (code, lines) == (1, [])
    assert told.splitlines()[-1].endswith("nowhere.tar: No such file or directory. Nothing was changed.")
    code, lines, told = run("restore", tmp_path / "data", tmp_path / "x.tar", OMNICHAT_BACKUPS_KEPT="none")
    assert (code, lines) == (2, [])
    assert told.startswith("OMNICHAT_BACKUPS_KEPT: ")
    secret = run("backup", tmp_path / "data", OMNICHAT_DATABASE_URL="postgres://o:hidden-word@127.0.0.1:9/none")
    assert secret[0] == 1
    assert "hidden-word" not in secret[2]
