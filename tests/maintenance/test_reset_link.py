"""Whoever runs the server can let an owner in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from maintenance import reset_link
from services.people.person import Role
from services.storage.database import Database
from tests.services.gatehouse import BETTER, Gatehouse
from tests.services.ready import ready_file


async def test_the_link_that_is_printed_sets_a_new_password_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OMNICHAT_DATA_DIR", str(tmp_path))
    url = await ready_file(tmp_path / "omnichat.db")
    async with Database(url):
        house = Gatehouse(tmp_path)
        await house.person("olga", Role.OWNER)
    assert await reset_link.make("nobody") == 2
    assert await reset_link.make("Olga") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("http://127.0.0.1:8080/reset?token=")
    async with Database(url):
        token = printed.strip().partition("token=")[2]
        who = await house.joining.reset(token, BETTER, address="")
        assert await house.sign_in.prove("olga", BETTER, address="") == who
    await house.close()
