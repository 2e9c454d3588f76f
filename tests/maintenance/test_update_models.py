"""Asking providers for their models from the command line."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from services.chats.archive import Archive
from services.models.reports import Reports
from services.news import News
from services.notices import Notices
from services.storage.database import Database
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end

ROOT = Path(__file__).parents[2]
LISTED = Saying(kind=JSON, pieces=(b'{"data": [{"id": "a"}, {"id": "b"}, {"id": "' + b"x" * 500 + b'"}]}',))
REFUSED = Saying(status=401, kind=JSON, pieces=(b'{"error": {"message": "bad key sk-secret-groq"}}',))
BY_NAME = ("-m", "maintenance.update_models")
BY_PATH = (str(ROOT / "maintenance" / "update_models.py"),)


class Outside:
    """A shell with two providers in its environment."""

    def __init__(self, folder: Path, well: FarEnd, ill: FarEnd) -> None:
        self.database = f"sqlite://{folder / 'omnichat.db'}"
        self.cwd = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "OMNICHAT_DATA_DIR": str(folder),
            "OMNICHAT_LOCAL_MODEL": "off",
            "OMNICHAT_LOCAL_SERVERS": "off",
            "MISTRAL_API_KEY": "sk-secret-mistral",
            "MISTRAL_BASE_URL": well.url,
            "GROQ_API_KEY": "sk-secret-groq",
            "GROQ_BASE_URL": ill.url,
        }

    async def run(self, *arguments: str, how: tuple[str, ...] = BY_PATH, err: int = PIPE) -> tuple[int, str, str]:
        cwd = ROOT if how == BY_NAME else self.cwd
        process = await asyncio.create_subprocess_exec(
            sys.executable, *how, *arguments, cwd=cwd, env=self.environment, stdout=PIPE, stderr=err
        )
        out, told = await process.communicate()
        return process.returncode or 0, out.decode(), (told or b"").decode()


@pytest.mark.parametrize("how", [BY_NAME, BY_PATH])
async def test_a_table_says_what_came_of_it_and_the_exit_code_that_one_failed(
    tmp_path: Path, how: tuple[str, ...]
) -> None:
    async with far_end(LISTED) as well, far_end(REFUSED) as ill:
        outside = Outside(tmp_path, well, ill)
        code, out, err = await outside.run(how=how)
    head, groq, mistral = out.splitlines()
    assert code == 1, err
    assert head.split() == ["Provider", "New", "Changed", "Gone", "Seconds"]
    assert mistral.split()[:5] == ["Mistral", "AI", "2", "0", "0"]
    assert mistral.endswith("1 cannot be used")
    assert "Bad key" in groq
    assert "secret" not in out + err
    assert "\r" not in err
    async with Database(outside.database):
        me = await Archive().local_person()
        assert len(await Reports().of(me)) == 1
        assert [notice.title for notice in await Notices(News()).of(me)] == ["The models of Groq could not be updated"]


async def test_one_provider_is_asked_by_name_and_told_as_json(tmp_path: Path) -> None:
    async with far_end(LISTED) as well, far_end(REFUSED) as ill:
        outside = Outside(tmp_path, well, ill)
        code, out, err = await outside.run("--provider", "mistral", "--json")
        assert (code, ill.asked) == (0, []), err
        (told,) = json.loads(out)["sources"]
        assert (told["name"], told["new"], told["left_out"], told["error"]) == ("mistral", 2, 1, "")
        code, out, err = await outside.run("--provider", "nobody")
    assert (code, out, err) == (2, "", "No provider called 'nobody' is in reach.\n")


async def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    async with far_end(LISTED) as well, far_end(REFUSED) as ill:
        outside = Outside(tmp_path, well, ill)
        for _ in range(2):
            code, out, _ = await outside.run("--dry-run", "--provider", "mistral", "--json")
            assert (code, json.loads(out)["sources"][0]["new"]) == (0, 2)
    async with Database(outside.database):
        assert await Reports().last() == []


async def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    async with far_end(LISTED) as well, far_end(REFUSED) as ill:
        code, _, _ = await Outside(tmp_path, well, ill).run(err=theirs)
    os.close(theirs)
    seen = os.read(ours, 10_000).decode()
    os.close(ours)
    assert code == 1
    assert "] 1 of 2" in seen


async def test_settings_that_cannot_be_are_said_in_one_line(tmp_path: Path) -> None:
    async with far_end(LISTED) as well, far_end(REFUSED) as ill:
        outside = Outside(tmp_path, well, ill)
        outside.environment["OMNICHAT_DATABASE_URL"] = "oracle://nowhere"
        code, out, err = await outside.run()
    assert (code, out) == (2, "")
    assert err.startswith("There is no database engine called 'oracle'.")
