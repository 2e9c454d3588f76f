"""What the environment says about this server."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import socket
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from dotenv import load_dotenv
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from omnichat.guard import OpenNetworks
from services.chats.chats import MOST_LANES

PORT = re.compile(r":\d+$")
ORIGIN = re.compile(r"https?://[^/\s@*?#]+")
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(Exception):
    """The server cannot start as it is set up; the message is one line that says why and what to do."""


class Settings(BaseSettings):
    """Every ``OMNICHAT_`` variable, read once; providers' keys and addresses are read by the library itself."""

    model_config = SettingsConfigDict(env_prefix="OMNICHAT_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    data_dir: Path = Path("data")
    database_url: str = Field(default="", repr=False)
    allowed_hosts: str = ""
    local_model: str = ""
    local_servers: str = ""
    private_networks: str = ""
    master_key: str = Field(default="", repr=False)
    single_user: bool | None = None
    url: str = ""
    trusted_proxies: str = ""
    allowed_origins: str = ""
    backups: str = ""
    backups_kept: int = Field(default=14, ge=1)
    lanes: int = Field(default=8, ge=1, le=MOST_LANES)
    answers_per_person: int = Field(default=100, ge=1)
    answers_per_provider: int = Field(default=100, ge=1)
    redis_url: str = Field(default="", repr=False)
    log: Literal["", "json"] = ""

    @property
    def database(self) -> str:
        """The address of the database: the one that was given, else a file in the data folder."""
        return self.database_url or f"sqlite://{self.data_dir.resolve() / 'omnichat.db'}"

    @property
    def models_dir(self) -> Path:
        """The folder of the GGUF files that run on this computer."""
        return self.data_dir / "models"

    @property
    def backups_dir(self) -> Path | None:
        """The folder of the nightly backups, or None where none are wanted."""
        if self.backups.strip().lower() == "off":
            return None
        return Path(self.backups) if self.backups else self.data_dir / "backups"

    @property
    def open_networks(self) -> OpenNetworks:
        """The private names and networks that people's own addresses may lead into."""
        try:
            return OpenNetworks.read(self.private_networks)
        except ValueError as error:
            raise SettingsError(f"OMNICHAT_PRIVATE_NETWORKS: {error}.") from error

    @property
    def alone(self) -> bool:
        """Whether whoever reaches this server is its one person, who needs no account."""
        return is_loopback(self.host) if self.single_user is None else self.single_user

    @property
    def address(self) -> str:
        """Where people open it: the public address, else the one on this computer."""
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host
        return self.url.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which browsers may reach this server, without ports, in lower case."""
        given = (PORT.sub("", name.strip().lower()) for name in self.allowed_hosts.split(","))
        public = urlsplit(self.url).hostname or ""
        return frozenset({"localhost", "127.0.0.1", "::1", public, *given} - {""})

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may use the API with a token, ``https://example.org`` each."""
        given = {origin.strip().lower().rstrip("/") for origin in self.allowed_origins.split(",")} - {""}
        for origin in given:
            if not ORIGIN.fullmatch(origin):
                raise SettingsError(f"OMNICHAT_ALLOWED_ORIGINS: {origin!r} is no origin such as https://example.org.")
        return frozenset(given)

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The addresses and networks of proxies that are believed who somebody is."""
        given = [each for each in self.trusted_proxies.replace(",", " ").split() if each]
        try:
            networks = tuple(ipaddress.ip_network(each, strict=False) for each in given)
        except ValueError as error:
            raise SettingsError(f"OMNICHAT_TRUSTED_PROXIES: {error}.") from error
        if any(network.prefixlen == 0 for network in networks):
            raise SettingsError("OMNICHAT_TRUSTED_PROXIES: it names everybody. Give the addresses of your proxies.")
        return networks

    def secret(self, name: str, given: str = "") -> str:
        """Return ``given``, else the secret kept in ``data_dir/<name>.key``, made there on first run (mode 0600)."""
        if given:
            return given
        path = self.data_dir / f"{name}.key"
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise SettingsError(f"{path} can be read by others. Run: chmod 600 {path}") from None
        kept = path.read_text(encoding="ascii").strip()
        if not kept:
            raise SettingsError(f"{path} is empty. Delete it and start again.")
        return kept


def load_settings() -> Settings:
    """Load ``.env`` and read the environment, making nothing; raise a ``SettingsError`` of one line."""
    load_dotenv(".env")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"OMNICHAT_{str(first['loc'][0]).upper()}: {first['msg']}.") from error


def read_settings(*, serving: bool = True) -> Settings:
    """Load the settings, make the data folder and secrets; raise a ``SettingsError`` of one line.

    Whoever is not ``serving`` does not need the port.
    """
    settings = load_settings()
    if settings.alone and not is_loopback(settings.host):
        raise SettingsError(
            f"OMNICHAT_SINGLE_USER=1 with OMNICHAT_HOST={settings.host}: without accounts OmniChat serves this "
            "computer only. Leave OMNICHAT_SINGLE_USER out, and people sign in."
        )
    _make_writable(settings.data_dir)
    settings.secret("master", settings.master_key)
    _ = settings.open_networks, settings.origins, settings.proxies
    if serving:
        _find_free(settings.host, settings.port)
    return settings


def is_loopback(host: str) -> bool:
    """Return whether that is the name or an address of this very computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _find_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"OMNICHAT_PORT={port}: cannot listen there ({error.strerror}). "
                "Stop the program that does, or choose another port."
            ) from error


def _make_writable(folder: Path) -> None:
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"OMNICHAT_DATA_DIR={folder}: cannot write there ({reason}).") from error
