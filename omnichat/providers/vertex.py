"""Vertex AI: the Gemini models in a project of Google Cloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from typing_extensions import override

from omnichat.endpoints.vertex import VertexEndpoints
from omnichat.gemini_dialect import SKILLS, THINKS, GeminiDialect
from omnichat.provider import Call, Provider
from omnichat.wire_json import object_in, words

ANYWHERE = "https://aiplatform.googleapis.com"
VERSION = "/v1beta1"
MULTI_REGIONS = {"us", "eu"}
PROJECTS = ("VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT")
LOCATIONS = ("VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION")
WHOLE = ("publishers/", "endpoints/")


class VertexDialect(GeminiDialect):
    """Gemini's format; models belong to publishers, and a key is an express key, an access token or a whole account."""

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        if not key or _is_account(key):
            return {}
        return {"Authorization": f"Bearer {key}"} if _is_token(key) else {"x-goog-api-key": key}

    @override
    def path(self, model: str) -> str:
        publisher, _, name = model.rpartition("/")
        whole = model if model.startswith(WHOLE) else f"publishers/{publisher or 'google'}/models/{name}"
        return "/" + quote(whole, safe="/@:")

    @override
    def url(self, base_url: str, call: Call) -> str:
        base = re.sub(r"/projects/.*$", "", base_url) if call.path.startswith(self.lists_at) else base_url
        return base + call.path


def locate(variables: Mapping[str, str], key: str | None) -> str | None:
    """Return the address of the project that the environment or an account names; an express key has none."""
    if key and not _is_account(key) and not _is_token(key):
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


def _is_account(key: str) -> bool:
    return key.lstrip().startswith("{")


def _is_token(key: str) -> bool:
    return key.startswith("ya29.")


@cache
def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8") if path else ""
    except (OSError, ValueError):
        return ""


def _first(variables: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := variables.get(name, "").strip())), "")


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
    skills={**SKILLS, **{f"google/{name}": skills for name, skills in SKILLS.items()}},
)
