"""Everything that lets people in, over a fresh database."""

from __future__ import annotations

from pathlib import Path

import pyotp

from services.archive import Archive
from services.everybody import Everybody
from services.hub import StreamHub
from services.joining import Joining
from services.master_keys import MasterKeys
from services.news import News
from services.people import Person, Role
from services.settings import Settings
from services.vault import Vault

GOOD = "violet tractor sings"
BETTER = "seven quiet lanterns"


class Gatehouse(Everybody):
    """People by their user names; all have the same password."""

    def __init__(self, folder: Path) -> None:
        self.news = News()
        self.hub = StreamHub(Archive().keep)
        self.vault = Vault(MasterKeys(Settings(data_dir=folder)))
        self.policy = "invitation"
        self.phone = ""
        super().__init__(self.hub, self.news, self.vault)
        self.joining = Joining(self.accounts, self.invitations, self.audit, self._policy)

    async def person(self, handle: str, role: Role = Role.USER, *, mail: str = "") -> Person:
        """Return somebody new."""
        return await self.accounts.create(handle=handle, mail=mail, password=GOOD, role=role)

    async def with_phone(self, who: Person) -> list[str]:
        """Have codes asked of somebody from now on, and return the spare ones."""
        self.phone = self.second_factor.propose(who).secret
        return await self.second_factor.turn_on(who, self.phone, pyotp.TOTP(self.phone).now())

    def code_at(self, seconds: int) -> str:
        """Return what the phone shows at that time."""
        return pyotp.TOTP(self.phone).at(seconds)

    async def _policy(self) -> str:
        return self.policy
