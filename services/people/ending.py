"""Ending at once what somebody is in the middle of."""

from __future__ import annotations

from tortoise.expressions import F

from services.chats.hub import StreamHub
from services.chats.replies import ReplyState
from services.news import News
from services.people.person import Person
from services.people.sessions import SESSIONS
from services.records.account import ApiTokenRecord, InvitationRecord, RefreshTokenRecord, SessionRecord
from services.records.person import PersonRecord
from services.records.reply import ReplyVersionRecord
from services.storage.transactions import in_one_piece


@in_one_piece
async def sign_everybody_out() -> int:
    """End every session and every sign-in of a program, and return how many; API tokens stay."""
    families = len(set(await RefreshTokenRecord.all().values_list("family", flat=True)))
    await RefreshTokenRecord.all().delete()
    return families + await SessionRecord.all().delete()


class Ending:
    """For when a password, a role or a whole account is changed, suspended or deleted."""

    def __init__(self, hub: StreamHub, news: News) -> None:
        self._hub = hub
        self._news = news

    async def end_everything(self, person: Person) -> None:
        """End every session, token, open link and socket of somebody."""
        await self._forget(person)
        self._news.post(SESSIONS)

    @in_one_piece
    async def withdraw_links(self, person: Person) -> None:
        """Make the links that somebody made for others work no more."""
        await InvitationRecord.filter(made_by=person.uid, used_at__isnull=True).delete()

    async def stop_answers(self, person: Person) -> None:
        """Cut short every answer that is being given to somebody, and return when they are over."""
        running = [state for state in ReplyState if not state.over]
        found = ReplyVersionRecord.filter(owner_id=person.id, state__in=running).values_list("uid", flat=True)
        for stream in filter(None, [self._hub.find(str(uid)) for uid in await found]):
            stream.stop()
            await stream.over()

    @in_one_piece
    async def _forget(self, person: Person) -> None:
        await PersonRecord.filter(id=person.id).update(stamp=F("stamp") + 1)
        for record in (SessionRecord, RefreshTokenRecord, ApiTokenRecord):
            await record.filter(owner_id=person.id).delete()
        await InvitationRecord.filter(person_id=person.id, used_at__isnull=True).delete()
