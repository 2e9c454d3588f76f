"""What is shipped beside the code: the image, its compose file, and the example of settings."""

from __future__ import annotations

import re
import textwrap

import pytest

from services.settings import Settings
from tests.test_layers import MAY_IMPORT, ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
LET_IN = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("room", [*MAY_IMPORT, "main.py", "LICENSE"])
def test_the_image_holds_what_the_app_is_made_of(room: str) -> None:
    assert room in LET_IN
    assert re.search(rf"^COPY (\S+ )*{re.escape(room)} ", DOCKERFILE, re.MULTILINE)


def test_no_data_and_no_settings_get_into_the_image() -> None:
    assert {*MAY_IMPORT, "main.py", "LICENSE", "README.md", "pyproject.toml", "uv.lock"} == LET_IN
    assert "\n*\n" in (ROOT / ".dockerignore").read_text(encoding="utf-8")


def test_the_image_runs_as_somebody_without_rights_and_is_watched() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "http://127.0.0.1:8080/healthz" in DOCKERFILE.partition("HEALTHCHECK")[2]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in COMPOSE


def test_only_the_proxy_is_open_to_others() -> None:
    app, proxy = COMPOSE.partition("services:")[2].partition("  proxy:")[::2]
    assert re.findall(r"^      - (\S+:\d+)$", app, re.MULTILINE) == ["127.0.0.1:${OMNICHAT_PORT:-8080}:8080"]
    address = re.search(r"ipv4_address: (\S+)", proxy)
    assert address
    assert f"${{OMNICHAT_TRUSTED_PROXIES:-{address[1]}}}" in app


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_example_names_every_setting(name: str) -> None:
    assert re.search(rf"^#? ?OMNICHAT_{name.upper()}=", EXAMPLE, re.MULTILINE)


def test_the_guide_and_compose_set_nginx_up_alike() -> None:
    composed = textwrap.dedent(COMPOSE.partition("content: |\n")[2]).replace("$$", "$")
    guide = (ROOT / "pages" / "help" / "deploy.md").read_text(encoding="utf-8")
    told = guide.partition("```nginx\n")[2].partition("```")[0]
    assert told.replace("http://127.0.0.1:8080", "http://app:8080") == composed
