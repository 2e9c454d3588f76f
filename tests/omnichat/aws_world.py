"""An environment that says of Amazon what a test wants, and what Amazon's own library makes of it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from botocore.credentials import SSOProvider, create_credential_resolver
from botocore.session import Session
from botocore.tokens import SSOTokenProvider

from omnichat.aws_profile import Credentials
from omnichat.aws_sources import source_of
from omnichat.transport import Transport
from tests.omnichat.far_end import JSON, Asked, FarEnd, Saying

SOON = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
STAMP = SOON.strftime("%Y-%m-%dT%H:%M:%SZ")
GIVEN = {"AccessKeyId": "ASIA", "SecretAccessKey": "se/cr+et", "Token": "to/ken==", "Expiration": STAMP}
PRINTED = {"Version": 1, "SessionToken": GIVEN["Token"], **{name: GIVEN[name] for name in GIVEN if name != "Token"}}


def saying(answer: Any, kind: str = JSON, status: int = 200) -> Saying:
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return Saying(kind=kind, pieces=(body.encode(),), status=status)


World: TypeAlias = Callable[..., Mapping[str, str]]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Return what sets the environment, free of what the machine has to say of Amazon."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    fixed = {"HOME": str(tmp_path), "AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true"}
    monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / ".aws" / "sso" / "cache"))
    monkeypatch.setattr(SSOProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / ".aws" / "sso" / "cache"))

    def set_up(config: str = "", secrets: str = "", **variables: str) -> Mapping[str, str]:
        (tmp_path / ".aws").mkdir(exist_ok=True)
        (tmp_path / ".aws" / "config").write_text(config)
        (tmp_path / ".aws" / "credentials").write_text(secrets)
        for name, value in {**fixed, **variables}.items():
            monkeypatch.setenv(name, value)
        return dict(os.environ)

    return set_up


def official() -> tuple[str, str, str | None]:
    """Return what Amazon's own library finds."""
    found = create_credential_resolver(Session(), region_name="eu-west-1").load_credentials()
    assert found
    frozen = found.get_frozen_credentials()
    return frozen.access_key, frozen.secret_key, frozen.token


async def ours(variables: Mapping[str, str]) -> Credentials:
    source, transport = source_of(variables), Transport()
    assert source
    try:
        return await source.fetch(transport.post)
    finally:
        await transport.close()


async def both(variables: Mapping[str, str], end: FarEnd | None = None) -> tuple[list[Asked], list[Asked]]:
    """See that both find the same; return what each asked."""
    found = await ours(variables)
    asked = len(end.asked) if end else 0
    assert (found.access_key, found.secret, found.token or None) == await asyncio.to_thread(official)
    return (end.asked[:asked], end.asked[asked:]) if end else ([], [])


def told(asked: list[Asked], *names: str) -> list[tuple[str, str, dict[str, str]]]:
    """Return what is essential in requests."""
    return [(one.method, one.path, {name: one.headers[name] for name in names if name in one.headers}) for one in asked]
