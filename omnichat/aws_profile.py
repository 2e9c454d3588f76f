"""What Amazon's own tools keep on this machine: keys and the settings of a profile.

See https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from configparser import Error, RawConfigParser
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An access key, and the token of a session that is not for ever: ``until`` is in seconds since 1970."""

    access_key: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    until: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What both files say of a profile; ``settings`` is all of it, ``secrets`` what the file of credentials says."""

    name: str
    settings: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)


def region_of(variables: Mapping[str, str]) -> str:
    """Return the region that environment variables or the profile name, or else the usual one."""
    return region_named(variables) or profile_of(variables).settings.get("region") or DEFAULT_REGION


def region_named(variables: Mapping[str, str]) -> str:
    """Return the region that environment variables name."""
    named = (variables.get(name, "").strip() for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
    return next(filter(None, named), "")


def profile_of(variables: Mapping[str, str], name: str = "") -> Profile:
    """Return the profile of that name, or else the chosen one, with the sign-in session that it refers to."""
    name = name or variables.get("AWS_PROFILE") or variables.get("AWS_DEFAULT_PROFILE") or "default"
    config = variables.get("AWS_CONFIG_FILE") or home_of(variables) / "config"
    secrets = _section(variables.get("AWS_SHARED_CREDENTIALS_FILE") or home_of(variables) / "credentials", name)
    settings = _section(config, f"profile {name}", name) | secrets
    if session := settings.get("sso_session"):
        settings = _section(config, f"sso-session {session}") | settings
    return Profile(name=name, settings=settings, secrets=secrets)


def home_of(variables: Mapping[str, str]) -> Path:
    """Return the folder that Amazon's tools keep their files in."""
    return Path(variables.get("HOME") or variables.get("USERPROFILE") or Path.home(), ".aws")


def keys_in(values: Mapping[str, str]) -> Credentials | None:
    """Return the keys among environment variables, or among the settings of a profile."""
    told = {name.lower(): value.strip() for name, value in values.items()}
    access_key, secret = told.get("aws_access_key_id"), told.get("aws_secret_access_key")
    if not access_key or not secret:
        return None
    return Credentials(access_key=access_key, secret=secret, token=told.get("aws_session_token", ""))


def is_pair(key: str) -> bool:
    """Return whether ``key`` is an access key with its secret, and not a key of Bedrock's own."""
    return ":" in key


def _section(path: str | Path, *names: str) -> dict[str, str]:
    """Return the first section found; nothing where there is none, or no file that can be read."""
    parser = RawConfigParser(strict=False)
    try:
        parser.read(Path(path).expanduser(), encoding="utf-8")
    except (Error, UnicodeDecodeError, OSError):
        return {}
    return next((dict(parser[name]) for name in names if parser.has_section(name)), {})
