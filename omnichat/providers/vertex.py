"""Vertex AI: the Gemini and Claude models in a project of Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from omnichat.anthropic_dialect import CLAUDE, CLAUDES
from omnichat.endpoints.vertex import VertexEndpoints
from omnichat.gemini_dialect import SKILLS, THINKS
from omnichat.provider import Provider
from omnichat.vertex_dialect import VertexDialect, is_account, is_token
from omnichat.wire_json import object_in, words

ANYWHERE = "https://aiplatform.googleapis.com"
VERSION = "/v1beta1"
MULTI_REGIONS = {"us", "eu"}
PROJECTS = ("VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT")
LOCATIONS = ("VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION")


def locate(variables: Mapping[str, str], key: str | None) -> str | None:
    """Return the address of the project that the environment or an account names; an express key has none."""
    if key and not is_account(key) and not is_token(key):
        return None
    account = key if key else _read(variables.get("GOOGLE_APPLICATION_CREDENTIALS", ""))
    project = _first(variables, PROJECTS) or words(object_in(account).get("project_id"))
    location = _first(variables, LOCATIONS) or "global"
    if not project:
        return None
    if location in MULTI_REGIONS:
        host = f"https://aiplatform.{location}.rep.googleapis.com"
    else:
        host = ANYWHERE if location == "global" else f"https://{location}-aiplatform.googleapis.com"
    return f"{host}{VERSION}/projects/{quote(project, safe=':')}/locations/{location}"


@cache
def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8") if path else ""
    except (OSError, ValueError):
        return ""


def _first(variables: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := variables.get(name, "").strip())), "")


MODELS = {**{f"google/{name}": skills for name, skills in SKILLS.items()}, **SKILLS}
ANTHROPICS = {"claude": CLAUDE, **CLAUDES}
DIALECT = VertexDialect(lists_at="/publishers/google/models?pageSize=100")

PROVIDER = Provider(
    name="vertex",
    title="Vertex AI",
    base_url=ANYWHERE + VERSION,
    dialect=DIALECT,
    key_env="VERTEX_API_KEY",
    docs_url="https://cloud.google.com/vertex-ai/generative-ai/docs",
    keys_url="https://console.cloud.google.com/apis/credentials",
    signing="google",
    locate=locate,
    endpoints=VertexEndpoints(place=DIALECT.path),
    can=THINKS,
    skills={**MODELS, **ANTHROPICS, **{f"anthropic/{name}": skills for name, skills in ANTHROPICS.items()}},
    realtime="vertex",
)
