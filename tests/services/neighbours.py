"""Two people who have one of everything each, and what can be asked of the services with the ids of either."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from tortoise import Tortoise

from services.chats.chat_settings import ChatSettings
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.personas import Persona
from services.chats.replies import ModelReply, Purpose, Rating, ReplyState, new_uid, now
from services.models.endpoints import Draft
from services.models.parameters import Parameters
from services.models.trials import Trial
from services.moderation.reviews import Decision
from services.people.audit import Search
from services.people.everybody import Everybody
from services.people.person import Person, Role
from services.people.rules import Rules
from services.people.scopes import Scope
from services.records.account import IdentityRecord
from services.records.person import PersonRecord
from services.records.review import FlagRecord
from services.wiring import Services

PNG = b"\x89PNG\r\n\x1a\n"
HIDDEN = "hidden-word"
NOWHERE = "http://127.0.0.1:9/v1"


@dataclass(frozen=True, kw_only=True)
class Home:
    """What somebody has: things that others know the ids of, and must not reach."""

    who: Person
    chat: Conversation
    key: str
    endpoint: str
    persona: Persona
    picture: str
    notice: str
    session: str
    token: str
    family: str
    invitation: str
    identity: int
    group: str
    flag: str

    @property
    def turn(self) -> Turn:
        return self.chat.turns[0]

    @property
    def lane(self) -> Lane:
        return self.chat.lanes[0]

    @property
    def reply(self) -> ModelReply:
        return self.turn.replies[self.lane.uid][0]


Fill = Callable[[Home], Any]
# What an id is called, or a thing that carries one as it comes from a page. Conversations, replies and whole lists of
# lanes are no such things: they are handed on between services, by whoever opened them.
IDS: Mapping[str, Fill] = {
    "conversation_uid": lambda home: home.chat.uid,
    "turn_uid": lambda home: home.turn.uid,
    "lane_uid": lambda home: home.lane.uid,
    "reply_uid": lambda home: home.reply.uid,
    "instead_of": lambda home: home.turn.uid,
    "winner": lambda home: home.reply.uid,
    "only": lambda home: [home.lane.uid],
    "family": lambda home: home.family,
    "digest": lambda home: home.picture,
    "person_uid": lambda home: home.who.uid,
    "key_uid": lambda home: home.key,
    "people.groups.place.uids": lambda home: [home.group],
    "people.shares.share.groups": lambda home: [home.group],
    "archive.change_lane.lane": lambda home: home.lane,
    "chats.change_lane.lane": lambda home: home.lane,
    "archive.add_turn.turn": lambda home: Turn(prompt="x", replies={home.lane.uid: [_reply(home.lane)]}),
    "people.federation.disconnect.connection": lambda home: home.identity,
    "personas.save.persona": lambda home: home.persona,
}
# What "uid" means to a service; to all others it is a conversation.
UIDS: Mapping[str, Fill] = {
    "keys": lambda home: home.key,
    "key_desk": lambda home: home.key,
    "endpoints": lambda home: home.endpoint,
    "personas": lambda home: home.persona.uid,
    "notices": lambda home: home.notice,
    "people.sessions": lambda home: home.session,
    "people.tokens": lambda home: home.token,
    "people.accounts": lambda home: home.who.uid,
    "people.own_data": lambda home: home.who.uid,
    "people.groups": lambda home: home.group,
    "reviews": lambda home: home.flag,
    "people.invitations": lambda home: home.invitation,
}
# What else has to be said.
WORDS: Mapping[str, Any] = {
    "title": "taken over",
    "text": "taken over",
    "prompt": "Why?",
    "name": "taken-over",
    "remark": "taken over",
    "secret": "sk-abcdefghijklmnopqrst9999",
    "model": "groq/x",
    "models": ["groq/x"],
    "active": False,
    "head": "",
    "contexts": {},
    "verdict": "tie",
    "rating": Rating.UP,
    "purpose": Purpose.FUSE,
    "role": Role.ADMIN,
    "trial": Trial(works=True, words="fine"),
    "rules": Rules(),
    "decision": Decision.FINE,
    "search": Search(),
    "change": lambda rules: rules,
    "person_uid": "x",
    "settings": ChatSettings(mode=ContextMode.OWN),
    "lane": Lane(model="groq/x", name="X"),
    "draft": Draft(name="Taken over", base_url=NOWHERE),
}


@dataclass(frozen=True)
class Method:
    """A public method of a service, whether it is told who asks, and the ids that it takes."""

    path: str
    knows_who: bool
    call: Callable[..., Any]
    ids: Mapping[str, Fill]
    words: Mapping[str, Any]

    def ask(self, who: Person, fills: Mapping[str, Home]) -> Any:
        """Call it as ``who``, each id being that of a home."""
        return self.call(who=who, **{name: self.ids[name](home) for name, home in fills.items()}, **self.words)


def methods(services: Services) -> Iterator[Method]:
    """Yield every public method of every service."""
    for service_path, service in _walk(services, ""):
        for name, function in inspect.getmembers(type(service), lambda each: isinstance(each, FunctionType)):
            if not name.startswith("_"):
                parameters = inspect.signature(function).parameters
                yield _method(f"{service_path}.{name}", getattr(service, name), parameters)


def _method(path: str, call: Callable[..., Any], parameters: Mapping[str, inspect.Parameter]) -> Method:
    service = path.rpartition(".")[0]
    ids, words = dict[str, Fill](), dict[str, Any]()
    for name, parameter in parameters.items():
        if name == "uid":
            ids[name] = UIDS.get(service, IDS["conversation_uid"])
        elif found := IDS.get(f"{path}.{name}") or IDS.get(f"{service}.{name}") or IDS.get(name):
            ids[name] = found
        elif name not in {"self", "who"} and parameter.default is parameter.empty:
            words[name] = WORDS.get(name)
    return Method(path, "who" in parameters, call, ids, words)


def _walk(holder: object, prefix: str) -> Iterator[tuple[str, object]]:
    """Yield every service by its path."""
    for name, value in vars(holder).items():
        if name.startswith("_") or not type(value).__module__.startswith("services."):
            continue
        if not isinstance(value, Everybody):
            yield f"{prefix}{name}", value
        if name in {"people", "personas"}:
            yield from _walk(value, f"{prefix}{name}.")


async def a_home(services: Services, handle: str, role: Role = Role.USER, *, words: str = HIDDEN) -> Home:
    """Let somebody move in with one of everything; ``words`` are what they keep to themselves."""
    people = services.people
    who = await people.accounts.create(handle=handle, password="violet tractor sings", role=role)
    lane = Lane(model="groq/x", name=words)
    reply = _reply(lane)
    reply.text, reply.state = words, ReplyState.DONE
    chat = Conversation(title=words, lanes=[lane])
    await services.archive.begin(who, chat)
    await services.archive.add_turn(who, chat.uid, Turn(prompt=words, replies={lane.uid: [reply]}))
    persona = await services.personas.save(who, Persona(name=words), PNG + handle.encode())
    await services.notices.tell(who, words)
    await people.sessions.begin(who, address="192.0.2.1", agent=words)
    family = (await people.access_tokens.find((await people.access_tokens.begin(who)).access)).token
    owner = Person(id=who.id, uid=who.uid, name="x", role=Role.OWNER)
    invitation = (await people.invitations.invite(owner)).invitation.uid
    endpoint = await services.endpoints.save(who, Draft(name=words, base_url=NOWHERE, key="sk-1"))
    identity = IdentityRecord(owner_id=who.id, issuer="https://id.example", subject=handle, mail=words)
    identity.created_at = now()
    await identity.save()
    flag = FlagRecord(uid=new_uid(), owner_id=who.id, conversation=chat.uid, turn="", reply=reply.uid, model=lane.model)
    flag.action, flag.reasons, flag.excerpt, flag.created_at = "flag", "[]", words, now()
    flag.decided_by, flag.decision = "", ""
    await flag.save()
    return Home(
        who=who,
        identity=identity.id,
        group=(await people.groups.save(owner, f"{words} {handle}", Rules())).uid,
        flag=flag.uid,
        chat=await services.chats.open(who, chat.uid),
        key=(await services.keys.add(who, "groq", "sk-abcdefghijklmnopqrst1234", name=words)).uid,
        endpoint=endpoint.uid,
        persona=persona,
        picture=persona.picture,
        notice=(await services.notices.of(who))[0].uid,
        session=(await people.sessions.of(who))[0].uid,
        token=(await people.tokens.make(who, words, [Scope.READ], days=None)).token.uid,
        family=family,
        invitation=invitation,
    )


def _reply(lane: Lane) -> ModelReply:
    return ModelReply(lane_uid=lane.uid, model=lane.model, parameters=Parameters())


async def dump() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table but the audit log, which tells of what was refused."""
    connection = PersonRecord._meta.db
    models = {model._meta.db_table for app in Tortoise.apps.values() for model in app.values()}
    tables = sorted(models - {"audit"})
    return {table: await connection.execute_query_dict(f'SELECT * FROM "{table}" ORDER BY id') for table in tables}
