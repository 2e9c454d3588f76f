"""Tell every route that the server has, as JSON: python -m tests.pages.every_route."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from nicegui import app, core
from starlette.routing import BaseRoute, Mount, Route

from pages.admin.room import SECTIONS as ADMIN
from pages.server import mount
from pages.settings_room import ACCOUNT, SECTIONS
from pages.shell import ROUTES
from services.settings import Settings
from services.wiring import Services


def main() -> None:
    """Mount everything as the server does, and print ``METHOD path`` of each route and the names of socket events."""
    with tempfile.TemporaryDirectory() as folder:
        mount(Services(Settings(data_dir=Path(folder), single_user=False)))
        rooms = {"/settings": (*SECTIONS, *ACCOUNT), "/admin": ADMIN}
        shells = [*ROUTES, *(f"{room}/{name}" for room, names in rooms.items() for name in names)]
        found = sorted({*(f"GET {path}" for path in shells), *_routes(app.routes, "")})
        json.dump({"routes": found, "events": sorted(core.sio.handlers["/"])}, sys.stdout)


def _routes(routes: Sequence[BaseRoute], prefix: str) -> Iterator[str]:
    for route in routes:
        if included := getattr(route, "original_router", None):
            yield from _routes(included.routes, prefix)
        elif isinstance(route, Mount):
            yield from _routes(route.routes, prefix + route.path) if route.routes else (f"* {prefix}{route.path}/",)
        elif isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield f"{method} {prefix}{route.path}"
        else:
            yield f"{type(route).__name__} {vars(route)}"


if __name__ == "__main__":
    main()
