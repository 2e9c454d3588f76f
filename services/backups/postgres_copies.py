"""What a copy that ``pg_dump`` made holds, found out without a server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from threading import Event

from services.backups.backup_files import BackupError
from services.backups.dump_contents import Contents
from services.storage.migrating import APPLIED
from services.threads import GivenUpError


def unpacked(file: Path, given_up: Event) -> Contents:
    """Have ``pg_restore`` unpack a copy from end to end, in this thread; return what it holds."""
    command = ["pg_restore", "--data-only", "--file=-", str(file)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        try:
            contents = _counted(process.stdout, given_up)
        except GivenUpError:
            process.kill()
            raise
        problems = process.stderr.read()
    if process.returncode:
        raise BackupError(f"The copy of the database cannot be read: {words_of(problems)}")
    return contents


def _counted(lines: Iterable[bytes], given_up: Event) -> Contents:
    """Count what stands between each ``COPY schema.table (columns) FROM stdin;`` and its end, a row a line."""
    rows: dict[str, int] = {}
    applied: list[tuple[str, str]] = []
    table, columns = "", list[str]()
    for line in lines:
        if given_up.is_set():
            raise GivenUpError
        if not table:
            table, columns = _copied(line)
            if table:
                rows[table] = 0
        elif line == b"\\.\n":
            table = ""
        else:
            rows[table] += 1
            if table == APPLIED:
                row = dict(zip(columns, line.decode().rstrip("\n").split("\t"), strict=True))
                applied.append((row["app"], row["name"]))
    return Contents.of(rows, applied)


def _copied(line: bytes) -> tuple[str, list[str]]:
    if not (line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n")):
        return "", []
    name, _, columns = line.decode().removeprefix("COPY ").partition(" (")
    return name.rpartition(".")[2].strip('"'), [each.strip(' "') for each in columns.partition(")")[0].split(",")]


def words_of(problems: bytes) -> str:
    """Return what a program said went wrong, in one line."""
    return " ".join(problems.decode(errors="replace").split())[-500:]
