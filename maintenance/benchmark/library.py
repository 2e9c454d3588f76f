"""What the library costs, beside bare clients and other libraries, in one run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from statistics import median

from maintenance.benchmark.importing import Imported, imported
from maintenance.benchmark.peers import BASELINE, OURS, PEERS, PeerError, as_installed, equipped, in_environments, run
from maintenance.benchmark.reading import Cost
from maintenance.benchmark.report import Figure
from maintenance.benchmark.upstream import running_upstream

ROUNDS = 3
PATIENCE = 60.0  # seconds for one library in one round
SLOWER = 1.2  # times httpx
FLAT_OUT, PACED = 60.0, 200.0  # µs
MEMORY = 35.0  # MiB


async def library(folder: Path, *, install: bool = False) -> list[Figure]:
    """Measure every library in turn, several times over; those that are not ours may be installed into ``folder``."""
    pythons, missing = await equipped(PEERS, in_environments(folder) if install else as_installed)
    costs, failures = await _costs(pythons)
    for needed in (OURS.module, BASELINE.module):
        if needed not in costs:
            raise PeerError(f"{needed}: {failures[needed]}")
    imports = await imported({name: pythons[name] for name in costs})
    return [*figures(costs, imports), *(Figure(name=name, note=why) for name, why in (missing | failures).items())]


def figures(costs: Mapping[str, Cost], imports: Mapping[str, Imported]) -> list[Figure]:
    """Return what was found, figure by figure, each for ours first; what was promised has a bar."""
    ours, httpx = costs[OURS.module], costs[BASELINE.module]
    light, bare = imports[OURS.module], imports[BASELINE.module]
    return [
        *_each("CPU per piece flat out, 100 streams", {name: cost.flat_out for name, cost in costs.items()}, FLAT_OUT),
        *_each("CPU per piece, 20 streams at 20 ms", {name: cost.paced for name, cost in costs.items()}, PACED),
        _ratio("first token at 100 streams against httpx, median", ours.first, httpx.first),
        _ratio("first token at 100 streams against httpx, slowest", ours.slowest, httpx.slowest),
        *(
            Figure(name=f"first token at 100 streams: {name}", value=cost.first, unit="ms", note=_ms(cost.slowest))
            for name, cost in costs.items()
        ),
        _ratio("import against httpx, best", light.best, bare.best, f"median {light.median / bare.median:.2f}×"),
        Figure(name="memory after the import", value=light.memory, unit="MiB", bar=MEMORY),
        *(
            Figure(name=f"import: {name}", value=each.best, unit="ms", note=f"{each.memory:.0f} MiB")
            for name, each in imports.items()
        ),
    ]


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of every figure."""
    return Cost(**{field.name: median(getattr(cost, field.name) for cost in costs) for field in fields(Cost)})


async def _costs(pythons: Mapping[str, str]) -> tuple[dict[str, Cost], dict[str, str]]:
    """Return what each library costs, and how one failed, both by name."""
    found: dict[str, list[Cost]] = {name: [] for name in pythons}
    failures = dict[str, str]()
    async with running_upstream() as url:
        for number in range(1, ROUNDS + 1):
            for name, python in pythons.items():
                try:
                    command = [python, "-m", "maintenance.benchmark.reading", name, url]
                    found[name].append(Cost(**json.loads(await run(command, PATIENCE))))
                except PeerError as error:
                    failures[name] = f"failed in round {number} of {ROUNDS}: {error}"
    return {name: middle(each) for name, each in found.items() if each}, failures


def _each(what: str, values: Mapping[str, float], bar: float) -> list[Figure]:
    return [
        Figure(name=f"{what}: {name}", value=value, unit="µs", bar=bar if name == OURS.module else None)
        for name, value in values.items()
    ]


def _ratio(what: str, ours: float, theirs: float, note: str = "") -> Figure:
    return Figure(name=what, value=ours / theirs, unit="×", bar=SLOWER, note=note)


def _ms(slowest: float) -> str:
    return f"slowest {slowest:.0f} ms"
