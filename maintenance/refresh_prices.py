"""Renew ``omnichat/prices.json`` from the newest litellm: ``python -m maintenance.refresh_prices [VERSION | WHEEL]``.

Its wheel is fetched with pip from the index that pip is set up with, read, and not installed.
"""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from services.models.price_list import condensed

TARGET = Path(__file__).parent.parent / "omnichat" / "prices.json"
CATALOGUE = "litellm/model_prices_and_context_window_backup.json"
LICENCE = re.compile(r"MIT License.*", re.DOTALL)


def refresh(wheel: Path, target: Path) -> list[str]:
    """Write what ``wheel`` knows to ``target``; return one line for each model that came, went or changed."""
    with ZipFile(wheel) as packed:
        catalogue = json.loads(packed.read(CATALOGUE))
        notice = next(name for name in packed.namelist() if name.endswith("licenses/LICENSE"))
        licence = LICENCE.search(packed.read(notice).decode())
    if not licence:
        raise ValueError("litellm is no longer under the MIT licence")
    before = json.loads(target.read_text("utf-8"))["models"] if target.exists() else {}
    models = condensed(catalogue)
    head = {
        "source": " ".join(wheel.name.split("-")[:2]),
        "date": datetime.now(UTC).date().isoformat(),
        "licence": licence[0].strip(),
    }
    target.write_text(written(head, models), "utf-8")
    return list(changes(before, models))


def written(head: dict[str, str], models: dict[str, dict[str, Any]]) -> str:
    """Return JSON with one model a line."""
    lines = [f"  {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in models.items()]
    tops = [f" {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items()]
    return "{\n" + "".join(tops) + ' "models": {\n' + ",\n".join(lines) + "\n }\n}\n"


def changes(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    """Return what came (+), went (-) and changed (~)."""
    told = [f"- {name}" for name in before.keys() - after.keys()]
    told += [f"+ {name}" for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        fields = [field for field in {**old, **new} if old.get(field) != new.get(field)]
        if fields:
            told.append(f"~ {name}: " + ", ".join(f"{field} {old.get(field)} → {new.get(field)}" for field in fields))
    return sorted(told, key=lambda line: (line[2:], line))


def fetched(version: str, folder: str) -> Path:
    """Return the wheel of ``version``, or of the newest, in ``folder``."""
    wanted = f"litellm=={version}" if version else "litellm"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", wanted]
    subprocess.run([*command, "--dest", folder], check=True)
    return next(Path(folder).glob("litellm-*.whl"))


def main() -> None:
    """Renew the file and print what changed."""
    wish = sys.argv[1] if len(sys.argv) > 1 else ""
    with TemporaryDirectory() as folder:
        wheel = Path(wish) if wish.endswith(".whl") else fetched(wish, folder)
        print(*refresh(wheel, TARGET), sep="\n")


if __name__ == "__main__":
    main()
