"""Local models: the real llama.cpp server, a tiny model, real processes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest

from omnichat.errors import NotFoundError, ProviderError, TimedOutError
from omnichat.local_server import LocalServers, available
from tests.needs import need

QUESTION = {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 40}
PARENT = """
import asyncio, sys
from pathlib import Path
from omnichat.local_server import LocalServers

async def main():
    base_url, key = await LocalServers(Path(sys.argv[1])).endpoint("tiny")
    print(base_url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def servers(folder: Path) -> AsyncIterator[LocalServers]:
    need("llm")
    servers = LocalServers(folder)
    yield servers
    await servers.close()


@pytest.fixture
def folder(tmp_path: Path, tiny_gguf: Path) -> Path:
    (tmp_path / "tiny.gguf").symlink_to(tiny_gguf)
    return tmp_path


async def ask(endpoint: tuple[str, str], key: str | None = None) -> httpx.Response:
    base_url, own_key = endpoint
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key or own_key}"}, timeout=30) as client:
        return await client.post(f"{base_url}/chat/completions", json=QUESTION)


def write_first_half(whole: Path, half: Path) -> None:
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


OTHERS = set[int]()


@pytest.fixture(autouse=True)
def others() -> None:
    OTHERS.update(child.pid for child in psutil.Process().children())


def children() -> list[psutil.Process]:
    found = [child for child in psutil.Process().children() if child.pid not in OTHERS]
    return [child for child in found if "local_child.py" in " ".join(child.cmdline())]


async def test_a_model_answers_those_who_have_the_key(servers: LocalServers) -> None:
    endpoint = await servers.endpoint("tiny")
    answer = await ask(endpoint)
    assert answer.json()["choices"][0]["message"]["content"].split()
    assert (await ask(endpoint, key="wrong")).status_code == 401


async def test_the_key_is_on_no_command_line(servers: LocalServers) -> None:
    _, key = await servers.endpoint("tiny")
    [child] = children()
    assert key not in " ".join(child.cmdline())
    assert key not in " ".join(child.environ().values())


async def test_many_who_ask_at_once_share_one_server_and_all_get_answers(servers: LocalServers) -> None:
    endpoints = await asyncio.gather(*(servers.endpoint("tiny") for _ in range(5)))
    assert len(set(endpoints)) == len(children()) == 1
    answers = await asyncio.gather(*(ask(endpoint) for endpoint in endpoints))
    assert [answer.status_code for answer in answers] == [200] * 5


async def test_one_who_gives_up_waiting_leaves_the_start_to_the_others(servers: LocalServers) -> None:
    hasty, patient = (asyncio.create_task(servers.endpoint("tiny")) for _ in range(2))
    await asyncio.to_thread(servers.models)  # both have begun to wait
    hasty.cancel()
    assert (await ask(await patient)).status_code == 200
    assert hasty.cancelled()
    assert len(children()) == 1


async def test_a_server_that_died_is_started_anew(servers: LocalServers) -> None:
    before = await servers.endpoint("tiny")
    [child] = children()
    child.kill()
    async with asyncio.timeout(10):
        after = before
        while after == before:
            after = await servers.endpoint("tiny")
    assert (await ask(after)).status_code == 200


async def test_closing_ends_every_server(folder: Path, tiny_gguf: Path) -> None:
    need("llm")
    servers = LocalServers(folder, files={"second": tiny_gguf})
    endpoint, _ = await asyncio.gather(servers.endpoint("tiny"), servers.endpoint("second"))
    await servers.close()
    assert children() == []
    with pytest.raises(httpx.ConnectError):
        await ask(endpoint)
    with pytest.raises(ProviderError, match="closing"):
        await servers.endpoint("tiny")


async def test_closing_while_a_model_loads_tells_those_who_wait(folder: Path) -> None:
    need("llm")
    servers = LocalServers(folder)
    waiting = asyncio.create_task(servers.endpoint("tiny"))
    while not children():
        await asyncio.to_thread(servers.models)
    await servers.close()
    with pytest.raises(ProviderError, match="closing"):
        await waiting
    assert children() == []


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
async def test_a_server_does_not_outlive_a_parent_that_was_killed(folder: Path) -> None:
    need("llm")
    command = (sys.executable, "-c", PARENT, str(folder))
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    parent = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    assert parent.stdout
    base_url = (await parent.stdout.readline()).decode().strip()
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(base_url).port)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(httpx.ConnectError):
        await ask((base_url, "any"))


async def test_an_idle_server_gives_its_memory_back_and_wakes_when_asked(folder: Path) -> None:
    need("llm")
    servers = LocalServers(folder, idle=1)
    base_url, key = await servers.endpoint("tiny")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client, asyncio.timeout(20):
        state = {"is_sleeping": False}
        while not state["is_sleeping"]:
            state = (await client.get(base_url.replace("/v1", "/props"))).json()
    assert (await ask((base_url, key))).status_code == 200
    await servers.close()


async def test_a_broken_file_is_named_with_the_reason(servers: LocalServers, folder: Path, tiny_gguf: Path) -> None:
    write_first_half(tiny_gguf, folder / "broken.gguf")
    with pytest.raises(ProviderError, match=r"broken could not be loaded: .*corrupted or incomplete"):
        await servers.endpoint("broken")
    assert children() == []


async def test_a_model_that_loads_too_slowly_is_given_up(folder: Path) -> None:
    need("llm")
    servers = LocalServers(folder, patience=0)
    with pytest.raises(TimedOutError, match="did not load within 0 seconds"):
        await servers.endpoint("tiny")
    assert children() == []


async def test_without_llama_cpp_the_error_says_what_to_install(folder: Path) -> None:
    servers = LocalServers(folder, installed=lambda: False)
    with pytest.raises(ProviderError, match=r"pip install \"omnichat\[local\]\""):
        await servers.endpoint("tiny")


def test_llama_cpp_is_never_loaded_into_this_process() -> None:
    assert available() in {True, False}
    assert "xllamacpp" not in sys.modules


def test_only_whole_gguf_files_count_as_models(folder: Path, tiny_gguf: Path) -> None:
    (folder / "half.gguf.part").write_bytes(b"GGUF")
    (folder / ".hidden.gguf").write_bytes(b"GGUF")
    (folder / "page.gguf").write_bytes(b"<!doctype html>")
    (folder / "folder.gguf").mkdir()
    servers = LocalServers(folder, files={"chosen": tiny_gguf, "gone": folder / "gone.gguf"})
    assert servers.models() == ["chosen", "tiny"]
    assert LocalServers(folder / "nowhere").models() == []


@pytest.mark.parametrize("name", ["../tiny", "tiny.gguf", "", "/etc/passwd", "a\0b", "half", "."])
async def test_a_name_that_is_no_model_leads_nowhere(folder: Path, name: str) -> None:
    inside = folder / "inside"
    inside.mkdir()
    with pytest.raises(NotFoundError):
        await LocalServers(inside).endpoint(name)
