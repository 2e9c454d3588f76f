"""What has to do with who people are: built once, as a part of ``Services``."""

from __future__ import annotations

from collections.abc import Iterable

from services.chats.hub import StreamHub
from services.models.shares import Shares
from services.news import News
from services.people.access_tokens import AccessTokens
from services.people.accounts import Accounts
from services.people.audit import Audit
from services.people.brakes import Brakes
from services.people.ending import Ending
from services.people.federation import Federation
from services.people.groups import Groups
from services.people.house import House
from services.people.invitations import Invitations
from services.people.joining import Joining
from services.people.own_data import OwnData
from services.people.passwords import Passwords
from services.people.program_sign_in import ProgramSignIn
from services.people.second_factor import SecondFactor
from services.people.sessions import Sessions, Visit
from services.people.sign_in import SignIn
from services.people.signed_in import EverySession
from services.people.tokens import MARK, ApiTokens
from services.people.vouching import Voucher
from services.secrets.vault import Vault


class Everybody:
    """Accounts, and what lets people in."""

    def __init__(
        self, hub: StreamHub, news: News, vault: Vault, vouchers: Iterable[Voucher] = (), *, redis_url: str = ""
    ) -> None:
        self.audit = Audit()
        self.house = House(self.audit, news)
        self.groups = Groups(self.house, self.audit, news)
        self.shares = Shares(self.audit, news)
        self.sessions = Sessions(news)
        self.every_session = EverySession(self.audit, news)
        self.passwords = Passwords()
        self.brakes = Brakes(redis_url)
        self.accounts = Accounts(self.passwords, Ending(hub, news), self.audit)
        self.second_factor = SecondFactor(vault, self.audit, self.brakes)
        self.sign_in = SignIn(self.accounts, self.second_factor, self.sessions, self.audit, self.brakes)
        self.invitations = Invitations(self.audit)
        self.joining = Joining(self.accounts, self.invitations, self.audit, self._registration)
        self.federation = Federation(vouchers, self.joining, self.audit)
        self.own_data = OwnData(self.audit)
        self.access_tokens = AccessTokens(vault)
        self.tokens = ApiTokens(self.audit, self.groups)
        self.program_sign_in = ProgramSignIn(self.sign_in, self.second_factor, self.access_tokens, self.audit)

    async def bearing(self, token: str) -> Visit:
        """Return who a program comes from that shows this token, of either kind."""
        return await (self.tokens if token.startswith(MARK) else self.access_tokens).find(token)

    async def close(self) -> None:
        """End what goes on behind."""
        self.passwords.close()
        await self.federation.close()

    async def _registration(self) -> str:
        return (await self.house.read()).registration
