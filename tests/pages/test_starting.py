"""What keeps the server from starting is one clear line; nothing is overwritten."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings
from services.storage.database import Database
from tests.journeys.running_app import ROOT, environment_for, free_port

CANNOT = "OmniChat cannot start. "


def refusal(data: Path, **environment: str) -> str:
    """Start the server, which must refuse with exit code 2, and return the one line it says."""
    ours = environment_for(data, free_port(), environment)
    ended = subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=ours, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(CANNOT)
    return line.removeprefix(CANNOT)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("OMNICHAT_PORT", "many", "OMNICHAT_PORT: Input should be a valid integer"),
        ("OMNICHAT_PORT", "70000", "OMNICHAT_PORT: Input should be less than or equal to 65535"),
        ("OMNICHAT_PRIVATE_NETWORKS", "10.0.0.0/99", "OMNICHAT_PRIVATE_NETWORKS: '10.0.0.0/99'"),
        ("OMNICHAT_MASTER_KEY", "hidden-word", "OMNICHAT_MASTER_KEY: too short. It takes at least 32 characters."),
        ("OMNICHAT_DATABASE_URL", "oracle://somewhere", "There is no database engine called 'oracle'."),
        ("OMNICHAT_DATABASE_URL", "postgres://omnichat:hidden-word@127.0.0.1:9/none", "127.0.0.1"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, name: str, value: str, says: str) -> None:
    line = refusal(tmp_path / "data", **{name: value})
    assert says in line
    assert "hidden-word" not in line


def test_serving_the_network_without_accounts_is_named(tmp_path: Path) -> None:
    line = refusal(tmp_path / "data", OMNICHAT_HOST="0.0.0.0", OMNICHAT_SINGLE_USER="1")
    assert line.startswith("OMNICHAT_SINGLE_USER=1 with OMNICHAT_HOST=0.0.0.0: without accounts")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refusal(tmp_path / "data", OMNICHAT_PORT=str(port))
    assert line.startswith(f"OMNICHAT_PORT={port}: cannot listen there (Address already in use).")


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.write_text("A file, no folder")
    assert refusal(in_the_way).startswith(f"OMNICHAT_DATA_DIR={in_the_way}: cannot write there (")
    assert in_the_way.read_text() == "A file, no folder"


@pytest.mark.parametrize("content", [b"Not a database at all", b"SQLite format 3\0" + os.urandom(4096)])
def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "omnichat.db"
    database.write_bytes(content)
    line = refusal(tmp_path)
    assert str(database) in line
    assert "nothing was changed" in line
    assert database.read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="the mode of a file says who reads it on POSIX only")
def test_a_secret_that_others_can_read_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "master.key"
    secret.write_text("known-to-all")
    secret.chmod(0o644)
    assert refusal(tmp_path) == f"{secret} can be read by others. Run: chmod 600 {secret}"


async def test_another_master_key_than_the_databases_is_named_with_the_way_out(tmp_path: Path) -> None:
    masters = MasterKeys(Settings(data_dir=tmp_path))
    async with Database(Settings(data_dir=tmp_path).database):
        await SealedRows(masters, Vault(masters)).check()
    masters.path.unlink()
    line = await asyncio.to_thread(refusal, tmp_path)
    assert line.startswith(f"{masters.path} is not the master key that saved keys are sealed with.")
    assert "python -m maintenance.rotate_keys --forget" in line
    given = await asyncio.to_thread(refusal, tmp_path, OMNICHAT_MASTER_KEY="x" * 40)
    assert given.startswith("OMNICHAT_MASTER_KEY is not the master key")
