"""Everything about keys on a fresh database, at far ends of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from omnichat.client import AsyncClient
from omnichat.guard import OpenNetworks
from services.chats.archive import Archive
from services.chats.hub import StreamHub
from services.models.endpoints import Endpoints
from services.models.key_desk import KeyDesk
from services.models.keys import Keys
from services.models.local_servers import LocalServers
from services.models.sources import Sources
from services.models.trials import Trials
from services.news import News
from services.people.everybody import Everybody
from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings

SECRET = "sk-abcdefghijklmnopqrst1234"
HERE = OpenNetworks.read("127.0.0.0/8")


@dataclass(kw_only=True)
class Strongroom:
    """The services about keys, wired as the application wires them."""

    masters: MasterKeys
    vault: Vault
    rows: SealedRows
    keys: Keys
    endpoints: Endpoints
    sources: Sources
    desk: KeyDesk
    trials: Trials
    client: AsyncClient
    people: Everybody


class Builder(Protocol):
    """What builds strongrooms over one database and one master key."""

    def __call__(
        self,
        keys: Mapping[str, str] | None = None,
        base_urls: Mapping[str, str] | None = None,
        opened: OpenNetworks = HERE,
    ) -> Strongroom: ...


def a_strongroom(
    folder: Path,
    *,
    keys: Mapping[str, str] | None = None,
    base_urls: Mapping[str, str] | None = None,
    opened: OpenNetworks = HERE,
) -> Strongroom:
    """Return a strongroom whose master key lies in ``folder``."""
    masters = MasterKeys(Settings(data_dir=folder))
    vault, news = Vault(masters), News()
    client = AsyncClient(keys=keys, base_urls=base_urls, retries=0, open_networks=opened)
    people = Everybody(StreamHub(Archive().keep), news, vault)
    saved = Keys(vault, news, people.groups, people.audit)
    endpoints = Endpoints(client, vault, saved, people.groups, people.audit)
    local = LocalServers(client.recognise, saved.announce, choice="off")
    sources = Sources(client, saved, endpoints, local, people.shares, people.groups, news)
    trials = Trials(client, patience=2)
    return Strongroom(
        masters=masters,
        vault=vault,
        rows=SealedRows(masters, vault),
        keys=saved,
        endpoints=endpoints,
        sources=sources,
        desk=KeyDesk(client, saved, sources, trials),
        trials=trials,
        client=client,
        people=people,
    )
