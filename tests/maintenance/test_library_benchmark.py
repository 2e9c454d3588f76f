"""Ours is held against its bars and beside the others; whoever cannot be measured is named with the reason."""

import sys
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import pytest

from maintenance.benchmark.importing import Imported, imported
from maintenance.benchmark.library import figures, middle
from maintenance.benchmark.peers import PEERS, Peer, PeerError, as_installed, equipped, in_environments, run
from maintenance.benchmark.reading import Cost, first_piece
from maintenance.benchmark.script import Script, answer
from maintenance.benchmark.upstream import running_upstream

CHEAP = Cost(flat_out=10, paced=50, first=30, slowest=60)
PLAIN = Cost(flat_out=20, paced=90, first=40, slowest=50)
DEAR = Cost(flat_out=700, paced=1100, first=3000, slowest=9000)
LIGHT, BARE = Imported(times=[40, 38, 60], memory=14), Imported(times=[50, 52, 80], memory=23)


def test_ours_has_the_bars_and_the_others_stand_beside() -> None:
    costs = {"omnichat": CHEAP, "httpx": PLAIN, "litellm": DEAR}
    rows = [figure.row() for figure in figures(costs, {"omnichat": LIGHT, "httpx": BARE})]
    assert [row for row in rows if row[2]] == [
        ("CPU per piece flat out, 100 streams: omnichat", "10 µs", "≤ 60 µs", "yes"),
        ("CPU per piece, 20 streams at 20 ms: omnichat", "50 µs", "≤ 200 µs", "yes"),
        ("first token at 100 streams against httpx, median", "0.75×", "≤ 1.2×", "yes"),
        ("first token at 100 streams against httpx, slowest", "1.2×", "≤ 1.2×", "yes"),
        ("import against httpx, best", "0.76× (median 0.77×)", "≤ 1.2×", "yes"),
        ("memory after the import", "14 MiB", "≤ 35 MiB", "yes"),
    ]
    assert ("CPU per piece flat out, 100 streams: litellm", "700 µs", "", "") in rows
    assert ("first token at 100 streams: litellm", "3,000 ms (slowest 9000 ms)", "", "") in rows
    assert ("import: httpx", "50 ms (23 MiB)", "", "") in rows


def test_a_bar_is_missed_by_whoever_is_slower_than_promised() -> None:
    found = figures({"omnichat": DEAR, "httpx": PLAIN}, {"omnichat": Imported(times=[61], memory=36), "httpx": BARE})
    assert [figure.ok for figure in found if figure.bar] == [False] * 6


def test_of_several_rounds_the_middle_counts() -> None:
    assert middle([DEAR, CHEAP, PLAIN]) == Cost(flat_out=20, paced=90, first=40, slowest=60)


@pytest.mark.parametrize("name", ["omnichat", "aiohttp", "httpx", "openai"])
async def test_a_reader_reads_the_whole_answer_piece_by_piece(name: str) -> None:
    reader = import_module(f"maintenance.benchmark.readers.{name}")
    async with running_upstream() as url, reader.opened(url) as read:
        pieces = [piece async for piece in read("bench-t30")]
    assert len(pieces) == 30
    assert "".join(pieces) == answer(30)


def test_every_library_has_a_reader_of_its_name() -> None:
    readers = Path(import_module("maintenance.benchmark.readers").__path__[0])
    assert {path.stem for path in readers.glob("[!_]*.py")} == {peer.module for peer in PEERS}


async def test_an_answer_that_is_not_whole_is_no_measurement() -> None:
    async def read(model: str) -> AsyncIterator[str]:
        yield answer(4)

    with pytest.raises(ValueError, match="not what was said"):
        await first_piece(read, Script(5))


async def test_libraries_that_are_not_there_are_named_with_the_reason() -> None:
    pythons, reasons = await equipped([Peer("httpx"), Peer("no_such_library", "no-such-library")], as_installed)
    assert pythons == {"httpx": sys.executable}
    assert list(reasons) == ["no_such_library"]
    assert reasons["no_such_library"].startswith("not measured: not installed")


async def test_a_library_that_does_not_install_is_named_with_the_reason(tmp_path: Path) -> None:
    wheel = tmp_path / "broken-1-py3-none-any.whl"
    wheel.write_text("no wheel")
    pythons, reasons = await equipped([Peer("broken", str(wheel))], in_environments(tmp_path))
    assert pythons == {}
    assert reasons["broken"].startswith("not measured: ERROR: ")
    assert wheel.name in reasons["broken"]


async def test_what_fails_is_told_by_its_last_words() -> None:
    with pytest.raises(PeerError, match=r"^ImportError: no voice$"):
        await run([sys.executable, "-c", "raise ImportError('no voice')"], 30)
    with pytest.raises(PeerError, match=r"^ended with code 3$"):
        await run([sys.executable, "-c", "raise SystemExit(3)"], 30)


async def test_what_hangs_is_ended() -> None:
    with pytest.raises(PeerError, match=r"^not done within 0\.2 s$"):
        await run([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)


async def test_what_is_run_sees_neither_keys_nor_a_ban_on_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    shown = "import os, sys; print(os.environ.get('OPENAI_API_KEY'), sys.dont_write_bytecode)"
    assert await run([sys.executable, "-c", shown], 30) == "None False"


async def test_an_import_is_timed_in_new_interpreters() -> None:
    found = (await imported({"json": sys.executable}))["json"]
    assert len(set(found.times)) > 1
    assert 0 < found.best <= found.median
    assert found.memory > 1
