"""Who may do what by which address: every route and socket event the server has stands in a table here."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio

from pages.visits import ASSETS
from services.people.person import Role
from services.people.scopes import Scope
from services.settings import Settings
from services.wiring import Services
from tests.journeys.running_app import ROOT, RunningApp, a_running_app
from tests.services.neighbours import HIDDEN, Home, a_home
from tests.services.ready import ready_file

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROLES: Final = ("nobody", "suspended", "other", "admin", "owner")
# What the server itself writes, and notes of refusals.
BEHIND: Final = {"audit", "job", "refresh", "server_fact", "offer", "offered_model", "availability"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The status that each role gets by an address in which ``{…}`` stands for what belongs to the owner."""

    path: str = ""
    nobody: int = 401
    suspended: int = 401
    other: int = 200
    admin: int = 200
    owner: int = 200
    body: Mapping[str, str] | None = None
    changes: bool = False


def at(rule: Rule, *paths: str) -> list[Rule]:
    """Return the rule for each path."""
    return [replace(rule, path=path) for path in paths]


def status_for_all(status: int, *, body: Mapping[str, str] | None = None) -> Rule:
    """Return the rule of an address that treats everybody alike."""
    return Rule(nobody=status, suspended=status, other=status, admin=status, owner=status, body=body)


MEMBERS = Rule()
OWNED = Rule(other=404, admin=404)
ADMINS = Rule(other=404, owner=404)
NOT_HERE = Rule(other=404, admin=404, owner=404)
EVERYBODY = status_for_all(200)
NOT_THERE = status_for_all(404)
WRONG = {"login": "nobody", "password": "wrong", "old": "wrong", "code": "000000", "token": "wrong", "handle": "eve"}
REFUSED = status_for_all(303, body=WRONG)  # led back to the form, with the reason
TABLE: Final[Mapping[str, list[Rule]]] = {
    "GET /": [MEMBERS],
    "GET /c/{uid}": at(OWNED, "/c/{chat}"),
    "GET /help": [MEMBERS],
    "GET /leaderboard": [MEMBERS],
    "GET /pictures/{digest}": at(OWNED, "/pictures/{picture}"),
    "GET /settings": [MEMBERS],
    "GET /settings/{section}": at(NOT_HERE, "/settings/none"),
    "GET /settings/{section}/{part}": at(OWNED, "/settings/personas/{persona}", "/settings/providers/{endpoint}"),
    **{
        f"GET /settings/{name}": [MEMBERS]
        for name in ("appearance", "parameters", "personas", "profile", "providers", "security", "tokens")
    },
    "GET /admin": [ADMINS],
    "GET /admin/{section}": at(NOT_HERE, "/admin/none"),
    "GET /admin/{section}/{part}": [
        *at(NOT_HERE, "/admin/groups/none", "/admin/models/none", "/admin/providers/{endpoint}", "/admin/people/{who}"),
        *at(ADMINS, "/admin/groups/new", "/admin/groups/{group}", "/admin/providers/new"),
    ],
    **{
        f"GET /admin/{name}": [ADMINS]
        for name in (
            *("audit", "catalogue", "groups", "health", "models", "moderation", "people", "providers", "sessions"),
            "settings",
        )
    },
    "GET /admin/audit.{form}": [
        *at(ADMINS, "/admin/audit.csv", "/admin/audit.jsonl"),
        *at(NOT_HERE, "/admin/audit.none"),
    ],
    "GET /help/pictures/{path:path}": at(MEMBERS, "/help/pictures/{help}"),
    "POST /own-data/{uid}": at(Rule(other=403), "/own-data/{who}"),
    "GET /sign-in": [Rule(nobody=200, suspended=200, other=303, admin=303, owner=303)],  # who is in goes on
    "GET /sign-in/code": [status_for_all(303)],
    "GET /set-up": at(status_for_all(404), "/set-up?token=wrong"),
    "GET /join": at(status_for_all(404), "/join?token=wrong"),
    "GET /reset": at(status_for_all(404), "/reset?token=wrong"),
    "GET /auth/with/{name}": at(NOT_THERE, "/auth/with/none"),
    "GET /auth/back/{name}": at(NOT_THERE, "/auth/back/none"),
    **{
        f"POST /auth/{name}": [REFUSED] for name in ("sign-in", "code", "set-up", "join", "reset", "password", "delete")
    },
    "POST /auth/sign-out": [replace(REFUSED, changes=True)],
    "GET /api/openapi.json": [EVERYBODY],
    "POST /api/auth/register": [status_for_all(403, body={"handle": "eve", "password": "violet tractor sings"})],
    "POST /api/auth/login": [status_for_all(401, body={"login": "nobody", "password": "wrong"})],
    "POST /api/auth/refresh": [status_for_all(401, body={"refresh_token": "{family}"})],
    "POST /api/auth/logout": [status_for_all(204, body={"refresh_token": "{family}"})],
    "GET /api/users/profile": [MEMBERS],
    "PUT /api/users/profile": [replace(MEMBERS, body={"handle": "{self}", "name": "{self}"}, changes=True)],
    "GET /healthz": [EVERYBODY],
    "GET /readyz": [EVERYBODY],
    "GET /look/{sheet}": at(EVERYBODY, "{sheet}"),
    "GET /fonts/{path:path}": at(EVERYBODY, "/fonts/inter-latin.woff2"),
    "* /_nicegui/{version}/static/": at(EVERYBODY, "/_nicegui/{version}/static/nicegui.js"),
    **{
        f"GET /_nicegui/{{version}}/{name}": at(NOT_THERE, f"/_nicegui/{{version}}/{name.split('/')[0]}/none/none")
        for name in (
            "components/{key:path}",
            "dynamic_resources/{name}",
            "esm/{key}/{path:path}",
            "libraries/{key:path}",
            "resources/{key}/{path:path}",
        )
    },
    "* /_nicegui_ws/": at(EVERYBODY, "/_nicegui_ws/socket.io/?EIO=4&transport=polling"),
}
LAST: Final = "POST /auth/sign-out"
# Each speaks for the session that opened the page, and tests/pages/test_sockets.py says so.
EVENTS: Final = ["ack", "connect", "disconnect", "event", "handshake", "javascript_response", "log"]


@cache
def found() -> dict[str, list[str]]:
    """Return the routes and events of the server, as they are mounted."""
    ran = subprocess.run([sys.executable, "-m", "tests.pages.every_route"], cwd=ROOT, capture_output=True, check=True)
    told: dict[str, list[str]] = json.loads(ran.stdout)
    return told


def template(route: str) -> str:
    """Return a route as the table names it, without what changes from version to version."""
    route = re.sub(r"/_nicegui/[\d.]+/", "/_nicegui/{version}/", route)
    return re.sub(r"/look/\w+\.css", "/look/{sheet}", route)


@dataclass(frozen=True, kw_only=True)
class Town:
    """The running server, and what each role shows."""

    app: RunningApp
    shown: Mapping[str, Mapping[str, str]]
    handles: Mapping[str, str]
    owner: Home
    tokens: tuple[str, ...]

    def filled(self, text: str, role: str) -> str:
        """Return ``text`` with the owner's things in place of their names."""
        sheet = next(route.split()[1] for route in found()["routes"] if "/look/" in route)
        version = next(route.split("/")[2] for route in found()["routes"] if "/_nicegui/" in route)
        home = self.owner
        values = {"chat": home.chat.uid, "picture": home.picture, "persona": home.persona.uid}
        values |= {"endpoint": home.endpoint, "who": home.who.uid, "family": home.family, "group": home.group}
        values["help"] = next(path.name for path in (ROOT / "pages" / "help" / "pictures").iterdir())
        values |= {"sheet": sheet, "version": version, "self": self.handles[role]}
        return text.format(**values)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that belongs to people, but when they were last seen."""
        with closing(sqlite3.connect(self.app.folder / "data" / "omnichat.db")) as database:
            names = (
                "SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE '%fts%' AND name NOT LIKE 'sqlite%'"
            )
            tables = {str(name) for (name,) in database.execute(names)} - BEHIND
            kept = {}
            for table in sorted(tables):
                columns = [str(row[1]) for row in database.execute(f'PRAGMA table_info("{table}")')]
                chosen = [name for name in columns if name not in {"seen_at", "expires_at", "used_at"}]
                kept[table] = list(database.execute(f'SELECT {", ".join(map(repr_name, chosen))} FROM "{table}"'))
            return kept


def repr_name(name: str) -> str:
    return f'"{name}"'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Town, None]:
    folder = tmp_path_factory.mktemp("town")
    data = folder / "data"
    data.mkdir()
    shown, handles, owner, tokens = await _people(data)
    environment = {
        "OMNICHAT_SINGLE_USER": "0",
        "OMNICHAT_TRUSTED_PROXIES": "127.0.0.1",
        "OMNICHAT_PRIVATE_NETWORKS": "127.0.0.0/8",
        "OMNICHAT_BACKUPS": "off",
    }
    async with a_running_app(folder, environment) as app:
        yield Town(app=app, shown=shown, handles=handles, owner=owner, tokens=tokens)


async def _people(data: Path) -> tuple[dict[str, dict[str, str]], dict[str, str], Home, tuple[str, ...]]:
    await ready_file(data / "omnichat.db")
    settings = Settings(data_dir=data, single_user=False, local_model="off")
    services = Services(settings.model_copy(update={"private_networks": "127.0.0.0/8"}))
    await services.connect()
    people = services.people
    homes = dict[str, Home]()
    for each in ROLES[1:]:
        rank = Role.ADMIN if each == "admin" else Role.USER
        homes[each] = await a_home(services, each, rank, words=HIDDEN if each == "owner" else "their own")
    chief = await people.accounts.create(handle="chief", password="violet tractor sings", role=Role.OWNER)
    shown: dict[str, dict[str, str]] = {"nobody": {}}
    for role, home in homes.items():
        secret = await people.sessions.begin(home.who, address="192.0.2.1", agent="x")
        shown[role] = {"Cookie": f"omnichat_session={secret}"}
    owner = homes["owner"]
    access = (await people.access_tokens.begin(owner.who)).access
    made = await people.tokens.make(owner.who, "x", [Scope.PROFILE], days=None)
    dead = (await people.access_tokens.begin(homes["suspended"].who)).access
    await people.accounts.suspend(chief, homes["suspended"].who.uid)
    await services.close()
    return shown, {"nobody": "x"} | {role: role for role in homes}, owner, (access, made.secret, dead)


async def test_no_route_and_no_event_is_forgotten() -> None:
    assert {template(route) for route in found()["routes"]} == set(TABLE)
    assert found()["events"] == EVENTS


@pytest.mark.parametrize("route", [*sorted(TABLE.keys() - {LAST}), LAST])
async def test_everybody_gets_what_the_table_says_and_no_more(town: Town, route: str) -> None:
    method, path = route.split()
    async with httpx.AsyncClient(base_url=town.app.url) as web:
        for rule in TABLE[route]:
            for number, role in enumerate(ROLES):
                where = town.filled(rule.path or path, role)
                sent = {name: town.filled(value, role) for name, value in (rule.body or {}).items()}
                headers = {**town.shown[role], "X-Forwarded-For": f"198.51.100.{number}"}
                asked: dict[str, Any] = {"json" if "/api/" in path else "data": sent} if rule.body else {}
                before = town.rows()
                answer = await web.request(method.replace("*", "GET"), where, headers=headers, **asked)
                wanted = getattr(rule, role)
                assert answer.status_code == wanted, f"{role} at {method} {where}: {answer.text[:200]}"
                if wanted >= 300 and not rule.changes:
                    assert town.rows() == before, f"{role} changed something at {method} {where}"
                    assert role == "owner" or HIDDEN not in answer.text, f"{role} read something at {method} {where}"


@pytest.mark.parametrize("route", sorted(route for route in TABLE if not route.startswith("*")))
async def test_tokens_open_the_api_and_nothing_else(town: Town, route: str) -> None:
    method, path = route.split()
    rule = TABLE[route][0]
    where = town.filled(rule.path or path, "owner")
    is_open = path.startswith((*ASSETS, "/api/auth/"))
    access, made, dead = town.tokens
    async with httpx.AsyncClient(base_url=town.app.url) as web:
        for number, (token, good) in enumerate(((access, True), (made, True), (dead, False), ("oc_wrong", False))):
            for shown in ({"Authorization": f"Bearer {token}"}, {"X-API-Key": token}):
                sender = {"X-Forwarded-For": f"203.0.113.{number}"}
                before = town.rows()
                answer = await web.request(method, where, headers={**town.shown["owner"], **shown, **sender})
                if is_open or (good and path.startswith("/api/")):
                    assert answer.status_code not in {401, 500} or path.startswith("/api/auth/")
                else:
                    assert answer.status_code == 401, f"{method} {where}"
                    assert town.rows() == before
