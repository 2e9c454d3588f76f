"""What Amazon's own tools keep on this machine: credentials and the region of a profile.

See https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from configparser import Error, RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An access key, and the token of a session that is not for ever."""

    access_key: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def region_of(variables: Mapping[str, str]) -> str:
    """Return the region that environment variables or the profile name, or else the usual one."""
    named = (variables.get(name, "").strip() for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
    return next(filter(None, named), "") or _settings(variables).get("region") or DEFAULT_REGION


def credentials_of(variables: Mapping[str, str]) -> Credentials | None:
    """Return the credentials in the environment, or else those of the profile."""
    return _credentials(variables) or _credentials(_settings(variables))


def is_pair(key: str) -> bool:
    """Return whether ``key`` is an access key with its secret, and not a key of Bedrock's own."""
    return ":" in key


def _credentials(values: Mapping[str, str]) -> Credentials | None:
    told = {name.lower(): value.strip() for name, value in values.items()}
    access_key, secret = told.get("aws_access_key_id"), told.get("aws_secret_access_key")
    if not access_key or not secret:
        return None
    return Credentials(access_key=access_key, secret=secret, token=told.get("aws_session_token", ""))


def _settings(variables: Mapping[str, str]) -> dict[str, str]:
    """Return all that both files say of the profile; the file of credentials counts more."""
    home = Path(variables.get("HOME") or variables.get("USERPROFILE") or Path.home(), ".aws")
    name = variables.get("AWS_PROFILE") or variables.get("AWS_DEFAULT_PROFILE") or "default"
    config = _section(variables.get("AWS_CONFIG_FILE") or home / "config", f"profile {name}", name)
    return config | _section(variables.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials", name)


def _section(path: str | Path, *names: str) -> dict[str, str]:
    """Return the first section found; nothing where there is none, or no file that can be read."""
    parser = RawConfigParser(strict=False)
    try:
        parser.read(Path(path).expanduser(), encoding="utf-8")
    except (Error, UnicodeDecodeError, OSError):
        return {}
    return next((dict(parser[name]) for name in names if parser.has_section(name)), {})
