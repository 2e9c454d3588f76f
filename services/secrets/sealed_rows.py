"""Every row that holds something sealed: whether we can open them, and sealing them anew."""

from __future__ import annotations

from typing import Final

from services.people.second_factor import totp_bond
from services.records.person import PersonRecord
from services.records.provider import EndpointRecord, ProviderKeyRecord
from services.records.server import ServerFactRecord
from services.secrets.master_keys import MasterKeys
from services.secrets.vault import SealError, Vault
from services.settings import SettingsError
from services.storage.transactions import in_one_piece

CHECK: Final = "key check"
KNOWN: Final = "This is the master key that the keys of this installation are sealed with."
WRONG: Final = (
    "{where} is not the master key that saved keys are sealed with. Put the right one back, "
    "or give those keys up: python -m maintenance.rotate_keys --forget"
)


def key_bond(record: ProviderKeyRecord) -> tuple[str, ...]:
    """Return what a key is bound to; ``owner`` must have been fetched."""
    return "key", record.owner.uid, record.provider, record.base_url


def headers_bond(record: EndpointRecord) -> tuple[str, ...]:
    """Return what an endpoint's headers are bound to; ``owner`` must have been fetched."""
    return "headers", record.owner.uid, record.slug, record.base_url


class SealedRows:
    """The sealed rows of one database."""

    def __init__(self, masters: MasterKeys, vault: Vault) -> None:
        self._masters = masters
        self._vault = vault

    async def check(self) -> None:
        """Raise a ``SettingsError`` of one line unless the master key is the one that this database knows."""
        if not await ServerFactRecord.filter(name=CHECK).exists():
            first = ServerFactRecord(name=CHECK, value=self._vault.seal(KNOWN, CHECK))
            await ServerFactRecord.bulk_create([first], ignore_conflicts=True)
        kept = await ServerFactRecord.get(name=CHECK)
        try:
            self._vault.open(kept.value, CHECK)
        except SealError as error:
            where = "OMNICHAT_MASTER_KEY" if self._masters.given else str(self._masters.path)
            raise SettingsError(WRONG.format(where=where)) from error

    async def rotate(self) -> tuple[int, int]:
        """Seal everything with a new master key, row by row; return how many rows were, and how many could not be.

        Interrupted, it goes on where it was when called again. Secrets from the environment are for others to add and
        to drop: there, everything is sealed with the last of them.
        """
        await self.check()
        if not self._masters.given and len(self._masters.secrets()) == 1:
            self._masters.add()
        done, lost = 0, set[str]()
        while found := await self._one_pass(lost):
            done += found
        if not self._masters.given:
            self._masters.keep_newest()
        return done, len(lost)

    @in_one_piece
    async def forget(self) -> int:
        """Give up all that the master key does not open, and go on with it; return how many secrets are gone.

        People whose second factor is gone with it come in by their password alone.
        """
        gone = 0
        for key in await ProviderKeyRecord.all().select_related("owner"):
            if not self._opens(key.sealed, key_bond(key)):
                await key.delete()
                gone += 1
        for endpoint in await EndpointRecord.all().select_related("owner"):
            if endpoint.sealed_headers and not self._opens(endpoint.sealed_headers, headers_bond(endpoint)):
                await EndpointRecord.filter(id=endpoint.id).update(sealed_headers="")
                gone += 1
        for person in await PersonRecord.exclude(totp=""):
            if not self._opens(person.totp, totp_bond(person.uid)):
                await PersonRecord.filter(id=person.id).update(totp="", totp_step=0, recovery="")
                gone += 1
        await ServerFactRecord.filter(name=CHECK).update(value=self._vault.seal(KNOWN, CHECK))
        return gone

    async def _one_pass(self, lost: set[str]) -> int:
        """Seal anew what is not sealed with the newest; what changes meanwhile is for the next pass."""
        newest, done = self._vault.newest, 0
        for key in await ProviderKeyRecord.exclude(sealed__startswith=newest).select_related("owner"):
            if sealed := self._anew(key.sealed, key_bond(key), lost):
                done += await ProviderKeyRecord.filter(id=key.id, sealed=key.sealed).update(sealed=sealed)
        for endpoint in await EndpointRecord.exclude(sealed_headers__startswith=newest).select_related("owner"):
            old = endpoint.sealed_headers
            if old and (sealed := self._anew(old, headers_bond(endpoint), lost)):
                done += await EndpointRecord.filter(id=endpoint.id, sealed_headers=old).update(sealed_headers=sealed)
        for person in await PersonRecord.exclude(totp="").exclude(totp__startswith=newest):
            if sealed := self._anew(person.totp, totp_bond(person.uid), lost):
                done += await PersonRecord.filter(id=person.id, totp=person.totp).update(totp=sealed)
        check = ServerFactRecord.filter(name=CHECK).exclude(value__startswith=newest)
        return done + await check.update(value=self._vault.seal(KNOWN, CHECK))

    def _anew(self, sealed: str, bond: tuple[str, ...], lost: set[str]) -> str:
        try:
            return self._vault.seal(self._vault.open(sealed, *bond), *bond)
        except SealError:
            lost.add(sealed)
            return ""

    def _opens(self, sealed: str, bond: tuple[str, ...]) -> bool:
        try:
            self._vault.open(sealed, *bond)
        except SealError:
            return False
        return True
