"""Providers that other packages bring along."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from omnichat import registry
from omnichat.capabilities import Capability
from omnichat.client import AsyncClient
from tests.omnichat.far_end import JSON, Saying, far_end
from tests.omnichat.packages import install

GUIDE = Path(__file__).parents[2] / "pages" / "help" / "plugins.md"
BLOCK = re.compile(r"```(?:python|toml)\n# (\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages, looked through anew."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    _forget()
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for remembered in (registry.every_provider, registry._plugins):
        remembered.cache_clear()


def example() -> str:
    return str(dict(BLOCK.findall(GUIDE.read_text("utf-8")))["acme_omnichat.py"])


async def test_the_example_of_the_guide_is_found_and_answers(site: Path) -> None:
    files = dict(BLOCK.findall(GUIDE.read_text("utf-8")))
    point = re.search(r'\[project.entry-points."omnichat.providers"\]\n(\w+) = "(.+)"', files["pyproject.toml"])
    assert point
    install(site, "acme-omnichat", files["acme_omnichat.py"], name=point[1], value=point[2])
    acme = registry.provider_named("acme")
    assert (acme.title, Capability.TOOLS in acme.can) == ("Acme AI", True)
    assert registry.broken_plugins() == ()
    listed = Saying(kind=JSON, pieces=(b'{"data": [{"id": "m"}]}',))
    async with far_end(listed) as end, AsyncClient(keys={"acme": "k"}, base_urls={"acme": end.url}) as client:
        assert "acme" in [provider.name for provider in client.reachable()]
        assert [model.id for model in await client.list_models("acme")] == ["acme/m"]
    assert end.asked[0].headers["authorization"] == "Bearer k"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError: "),
        ("", "AttributeError: "),
        ("PROVIDER = object()", "TypeError: bad_one:PROVIDER is no Provider, but object"),
        (example().replace('name="acme"', 'name="openai"'), "there is a provider called 'openai' already"),
        (example().replace('name="acme"', 'name="Acme/1"'), "'Acme/1' is no name for a provider"),
    ],
)
def test_a_broken_one_is_named_and_stops_nothing(
    site: Path, code: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    install(site, "bad-one", code, name="aaa")
    install(site, "good-one", example())
    with caplog.at_level(logging.ERROR):
        assert registry.every_provider().keys() > {"acme", "openai", "groq"}
    (broken,) = registry.broken_plugins()
    assert (broken.name, broken.package) == ("aaa", "bad-one")
    assert words in broken.words
    assert "The plug-in aaa of the package bad-one is left out" in caplog.text
    assert registry.provider_named("openai").title == "OpenAI"


def test_of_two_with_one_name_the_first_is_taken(site: Path) -> None:
    install(site, "one", example())
    install(site, "two", example())
    assert "acme" in registry.every_provider()
    (broken,) = registry.broken_plugins()
    assert broken.package == "two"
