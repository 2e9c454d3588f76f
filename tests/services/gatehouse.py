"""Everything that lets people in, over a fresh database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pyotp

from omnichat.deltas import Delta, TextDelta
from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.hub import ReplyStream, StreamHub
from services.chats.replies import ModelReply
from services.news import News
from services.people.everybody import Everybody
from services.people.federation import Federation
from services.people.joining import Joining
from services.people.person import Person, Role
from services.people.vouching import Voucher
from services.secrets.master_keys import MasterKeys
from services.secrets.vault import Vault
from services.settings import Settings

GOOD = "violet tractor sings"
BETTER = "seven quiet lanterns"


class Gatehouse(Everybody):
    """People by their user names; all have the same password."""

    def __init__(self, folder: Path) -> None:
        self.news = News()
        self.archive = Archive()
        self.hub = StreamHub(self.archive.keep)
        self.vault = Vault(MasterKeys(Settings(data_dir=folder)))
        self.policy = "invitation"
        self.phone = ""
        super().__init__(self.hub, self.news, self.vault)
        self.joining = Joining(self.accounts, self.invitations, self.audit, self._policy)

    async def person(self, handle: str, role: Role = Role.USER, *, mail: str = "") -> Person:
        """Return somebody new."""
        return await self.accounts.create(handle=handle, mail=mail, password=GOOD, role=role)

    def vouched_by(self, *vouchers: Voucher) -> None:
        """Let these places vouch for people."""
        self.federation = Federation(vouchers, self.joining, self.audit)

    async def signed_in(self, who: Person) -> str:
        """Return the secret of a new session of somebody."""
        return await self.sessions.begin(who, address="192.0.2.1", agent="Firefox")

    async def answering(self, who: Person) -> ReplyStream:
        """Return an answer that is being given to somebody, and never ends by itself."""
        lane = Lane(model="test/endless", name="endless")
        chat = Conversation(lanes=[lane])
        reply = ModelReply(lane_uid=lane.uid, model=lane.model)
        await self.archive.begin(who, chat)
        await self.archive.add_turn(who, chat.uid, Turn(prompt="Hi", replies={lane.uid: [reply]}))
        return self.hub.start(reply, _endless())

    async def with_phone(self, who: Person) -> list[str]:
        """Have codes asked of somebody from now on, and return the spare ones."""
        self.phone = self.second_factor.propose(who).secret
        return await self.second_factor.turn_on(who, self.phone, pyotp.TOTP(self.phone).now())

    def code_at(self, seconds: int) -> str:
        """Return what the phone shows at that time."""
        return pyotp.TOTP(self.phone).at(seconds)

    async def _policy(self) -> str:
        return self.policy


async def _endless() -> AsyncGenerator[Delta, None]:
    while True:
        yield TextDelta("word ")
        await asyncio.sleep(0.01)
