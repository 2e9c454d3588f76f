"""What people do with their keys: add, try, replace."""

from __future__ import annotations

from omnichat.client import AsyncClient
from omnichat.errors import AddressError
from omnichat.registry import provider_named
from services.models.keys import KeyFormError, Keys, OpenKey, SavedKey
from services.models.sources import Sources, takes_address
from services.models.trials import Trial, Trials
from services.people.person import Person
from services.secrets.vault import SealError

MOVED = "The address of {title} changed, and a key is for one address only. Paste the key again."
CLOSED = "This key can no longer be opened. Paste it again."


class KeyDesk:
    """Saved keys and what their providers say to them."""

    def __init__(self, client: AsyncClient, keys: Keys, sources: Sources, trials: Trials) -> None:
        self._client = client
        self._keys = keys
        self._sources = sources
        self._trials = trials

    async def add(self, who: Person, provider: str, secret: str, *, name: str = "", address: str = "") -> SavedKey:
        """Save a key, bound to where the provider is now, or to an ``address`` where one has to be typed.

        Raise a ``KeyFormError`` that says what is wrong with what was typed.
        """
        base_url = self._bound(provider, address)
        return await self._keys.add(who, provider, secret, name=name, base_url=base_url)

    async def try_out(self, who: Person, provider: str, secret: str, *, address: str = "") -> Trial:
        """Try a key before it is saved; raise a ``KeyFormError``."""
        if not secret.strip():
            raise KeyFormError("Paste a key first.")
        key = OpenKey(uid="", provider=provider, base_url=self._bound(provider, address), secret=secret.strip())
        return await self._hold(who, key)

    async def replace(self, who: Person, uid: str, secret: str) -> SavedKey:
        """Put another secret under the same name, for where the provider is now; raise a ``KeyFormError``."""
        key = await self._keys.get(who, uid)
        typed = key.base_url if takes_address(provider_named(key.provider)) else ""
        return await self._keys.replace(who, uid, secret, base_url=self._bound(key.provider, typed))

    async def test(self, who: Person, uid: str) -> Trial:
        """Try a saved key, keep what came of it, and return that."""
        try:
            trial = await self._hold(who, await self._keys.opened(who, uid))
        except SealError:
            trial = Trial(works=False, words=CLOSED)
        await self._keys.note(who, uid, trial)
        return trial

    def moved(self, key: SavedKey) -> bool:
        """Return whether the provider's address has changed since the key was saved, so that it is not used."""
        stated = self._client.address(key.provider)
        if key.base_url == stated:
            return False
        return bool(stated) or not takes_address(provider_named(key.provider))

    async def _hold(self, who: Person, key: OpenKey) -> Trial:
        source = self._sources.keyed(who, key)
        if source is None:
            return Trial(works=False, words=MOVED.format(title=provider_named(key.provider).title))
        return await self._trials.hold(source)

    def _bound(self, provider_name: str, typed: str) -> str:
        provider, stated = provider_named(provider_name), self._client.address(provider_name)
        if stated or not takes_address(provider):
            return stated
        if not typed.strip():
            raise KeyFormError(f"Where is your {provider.title}? Give its address.")
        try:
            return self._client.checked_address(provider_name, typed)
        except AddressError as error:
            raise KeyFormError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
