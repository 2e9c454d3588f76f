"""Who may import whom, where each outside library lives, and how long a file may grow."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "omnichat": {"omnichat"},
    "services": {"services", "omnichat"},
    "components": {"components", "services", "omnichat"},
    "pages": {"pages", "components", "services", "omnichat"},
    "maintenance": {"maintenance", "services", "omnichat"},
}
HOMES = {
    "httpx": (
        "omnichat/transport.py",
        "omnichat/sockets.py",
        "omnichat/outbound.py",
        "omnichat/faults.py",
        "maintenance/benchmark/",
    ),
    "httpx_aiohttp": ("omnichat/transport.py", "omnichat/sockets.py"),
    "aiohttp": (
        "omnichat/transport.py",
        "omnichat/sockets.py",
        "omnichat/websocket.py",
        "maintenance/benchmark/",
    ),
    "tiktoken": ("omnichat/tokens.py",),
    "cryptography": ("omnichat/google_tokens.py", "services/secrets/vault.py"),
    "xllamacpp": ("omnichat/local_child.py",),
    "nicegui": ("components/", "pages/", "main.py"),
    "fastapi": ("pages/",),
    "tortoise": ("services/",),
    "apscheduler": ("services/schedule.py",),
    "limits": ("services/people/brakes.py", "services/counting.py", "services/rates.py"),
    "joserfc": ("services/people/access_tokens.py", "services/people/vouching.py"),
    "authlib": ("services/people/vouching.py",),
    "pwdlib": ("services/people/passwords.py",),
    "pyotp": ("services/people/second_factor.py",),
    "segno": ("services/people/second_factor.py",),
    "pygments": ("components/",),
    "markdown_it": ("components/",),
}
OWN_FORMATS = {
    *("openai", "anthropic", "google", "vertex", "azure", "bedrock", "cohere"),
    *("replicate", "ollama", "llamacpp", "local", "__init__"),
}
DUMPING_GROUNDS = {"utils", "helpers", "common", "misc", "manager"}
FILES = [path for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            found.add(node.module or "")
    return found


@EVERY_FILE
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms = {name.partition(".")[0] for name in imports(path)} & MAY_IMPORT.keys()
    assert rooms <= MAY_IMPORT[room]


@EVERY_FILE
def test_each_outside_library_has_one_home(path: Path) -> None:
    here = str(path.relative_to(ROOT))
    for library in {name.partition(".")[0] for name in imports(path)} & HOMES.keys():
        assert here.startswith(HOMES[library]), f"{library} does not live here"


@EVERY_FILE
def test_a_file_is_one_noun_and_short(path: Path) -> None:
    assert path.stem not in DUMPING_GROUNDS
    if path.parent.name != "migrations":
        lines = len(path.read_text("utf-8").splitlines())
        assert lines <= (200 if path.parent.name == "providers" else 300)


@pytest.mark.parametrize("path", sorted((ROOT / "omnichat/providers").glob("*.py")), ids=lambda path: path.stem)
def test_a_provider_that_speaks_as_openai_does_is_told_in_few_lines(path: Path) -> None:
    if path.stem not in OWN_FORMATS:
        assert len(path.read_text("utf-8").splitlines()) <= 40


@EVERY_FILE
def test_a_file_says_what_it_is_for(path: Path) -> None:
    assert path.parent.name == "migrations" or ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_no_imports_go_round_in_a_circle() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
    edges = {name: {other for other in imports(path) if other in modules} for name, path in modules.items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for other in edges[name]:
                visit(other, (*above, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_the_entrance_is_short() -> None:
    assert len((ROOT / "main.py").read_text("utf-8").splitlines()) <= 40
