"""Groups of people who may use the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from services.chats.chats import MOST_LANES
from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.models.keys import SOURCES
from services.news import News
from services.people.audit import Audit
from services.people.house import House, HouseRules
from services.people.person import Person, Role, demand_admin, person_from
from services.people.rules import Access, Feature, Rules
from services.records.group import GroupRecord, KeyShareRecord, MembershipRecord
from services.records.person import PersonRecord
from services.records.provider import ProviderKeyRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

GROUPS: Final = "groups"  # the topic under which changes of groups and their members are told
LONGEST_NAME: Final = 80
MOST_ANSWERS: Final = 100  # that may run at once
LARGEST_UPLOAD: Final = 10**12  # bytes
MOST_NAMES: Final = 200  # of providers, or patterns of models, in one group
LONGEST_PATTERN: Final = 200
WRITTEN: Final = TypeAdapter(Rules)


class GroupFormError(ValueError):
    """What was typed cannot be kept; the text says why, ``about`` which field it is about, if about one."""

    def __init__(self, words: str, about: str = "") -> None:
        super().__init__(words)
        self.about = about


class LeftOutError(ValueError):
    """Without the group, some would be in none and have no rules; the text says how many, and what to do first."""

    def __init__(self, count: int) -> None:
        people = "1 person is" if count == 1 else f"{count:,} people are"
        them = "Put that person" if count == 1 else "Put them"
        super().__init__(
            f"{people} in no other group, and there would be no default group whose rules hold instead. "
            f"{them} into another group first, or make another one the default."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People under one name; the rules of the default group are also those of people in no group."""

    uid: str
    name: str
    rules: Rules
    members: int = 0
    is_default: bool = False


class Groups:
    """Everybody's groups; admins make and change them, and are not bound by their rules."""

    def __init__(self, house: House, audit: Audit, news: News) -> None:
        self._house = house
        self._audit = audit
        self._news = news

    async def rules_of(self, who: Person) -> Access:
        """Return what ``who`` may use now: what any of their groups allows, else what the default group does.

        What ``who`` was when their page was opened does not count, but what they are; suspended people have nothing.
        """
        if who.role is Role.SERVER:
            return Access()
        found = await PersonRecord.filter(id=who.id, suspended=False).values_list("role", flat=True)
        if not found:
            return Access(grants=())
        house = await self._house.read()
        off = frozenset(map(str.casefold, house.models_off))
        access = Access(sources_off=frozenset(house.sources_off), models_off=off)
        if Role(str(found[0])) in {Role.OWNER, Role.ADMIN}:
            return access
        return replace(access, grants=await self._grants(who, house))

    async def demand(self, who: Person, feature: Feature) -> None:
        """Raise ``NotAllowedError`` where ``who`` may not use that, the role and being let in being known already.

        It says what ``rules_of`` says of it, and asks the database less.
        """
        if not who.is_admin:
            Access(grants=await self._grants(who)).demand(feature)

    async def all(self, who: Person) -> list[Group]:
        """Return the groups by name; for admins."""
        demand_admin(who)
        counts = Counter(await MembershipRecord.all().values_list("group_id", flat=True))
        default = (await self._house.read()).group
        groups = [_shown(each, counts[each.id], default) for each in await GroupRecord.all()]
        return sorted(groups, key=lambda each: each.name.casefold())

    async def get(self, who: Person, uid: str) -> Group:
        """Return one group; for admins."""
        demand_admin(who)
        record = await _found(uid)
        count = await MembershipRecord.filter(group_id=record.id).count()
        return _shown(record, count, (await self._house.read()).group)

    async def save(self, who: Person, name: str, rules: Rules, uid: str = "") -> Group:
        """Keep a new group, or the changed one called ``uid``; for admins. Raise ``GroupFormError``."""
        demand_admin(who)
        record = await self._save(who, _named(name), _checked(rules), uid)
        self._announce()
        return await self.get(who, record.uid)

    async def delete(self, who: Person, uid: str) -> None:
        """Forget a group; its members are in it no more, and keys shared with it alone are used no more; for admins.

        Raise a ``LeftOutError`` while somebody is in no other group and no default group is left.
        """
        demand_admin(who)
        group = await self.get(who, uid)
        await self._delete(who, group)
        if group.is_default:
            await self._house.change(who, lambda rules: replace(rules, group=""))
        self._announce()

    async def members(self, who: Person, uid: str) -> list[Person]:
        """Return who is in the group, by name; for admins."""
        demand_admin(who)
        record = await _found(uid)
        people = await PersonRecord.filter(memberships__group_id=record.id)
        return sorted(map(person_from, people), key=lambda each: each.name.casefold())

    async def by_person(self, who: Person) -> dict[str, list[str]]:
        """Return the uids of everybody's groups by the uid of the person; for admins."""
        demand_admin(who)
        found: dict[str, list[str]] = {}
        for person, group in await MembershipRecord.all().values_list("person__uid", "group__uid"):
            found.setdefault(str(person), []).append(str(group))
        return found

    async def place(self, who: Person, person_uid: str, uids: Collection[str]) -> None:
        """Have somebody in exactly these groups; for admins."""
        demand_admin(who)
        await self._place(who, person_uid, uids)
        self._announce()

    async def _grants(self, who: Person, house: HouseRules | None = None) -> tuple[Rules, ...]:
        """Return the rules of the groups of ``who``, else those of the default group, else none that bind."""
        if ids := await MembershipRecord.filter(person_id=who.id).values_list("group_id", flat=True):
            groups = GroupRecord.filter(id__in=ids)
        else:
            groups = GroupRecord.filter(uid=(house or await self._house.read()).group)
        written = await groups.values_list("rules", flat=True)
        return tuple(_read(str(each)) for each in written) or (Rules(),)

    @in_one_piece
    async def _save(self, who: Person, name: str, rules: Rules, uid: str) -> GroupRecord:
        record = await _found(uid) if uid else GroupRecord(uid=new_uid(), created_at=now())
        if await GroupRecord.filter(name=name).exclude(uid=record.uid).exists():
            raise GroupFormError(f"There is a group “{name}” already.", "name")
        record.name, record.rules = name, storable(WRITTEN.dump_json(rules, exclude_none=True).decode())
        await record.save()
        await self._audit.note(who, "group changed" if uid else "group made", name, details=record.rules)
        return record

    @in_one_piece
    async def _delete(self, who: Person, group: Group) -> None:
        every = await GroupRecord.all().select_for_update().order_by("id").values_list("uid", flat=True)
        if {(await self._house.read()).group} & set(every) <= {group.uid} and (count := await _only_in(group)):
            raise LeftOutError(count)
        shared = await KeyShareRecord.filter(group__uid=group.uid).values_list("key_id", flat=True)
        others = await KeyShareRecord.exclude(group__uid=group.uid).values_list("key_id", flat=True)
        # Without a share a key is for everybody, so it must not lose its last one and go on.
        await ProviderKeyRecord.filter(id__in=set(shared) - set(others)).update(active=False)
        await GroupRecord.filter(uid=group.uid).delete()
        await self._audit.note(who, "group deleted", group.name)

    @in_one_piece
    async def _place(self, who: Person, person_uid: str, uids: Collection[str]) -> None:
        person = await PersonRecord.get_or_none(uid=storable(person_uid))
        if person is None:
            raise NotThereError(person_uid)
        groups = await _held(uids)
        await MembershipRecord.filter(person_id=person.id).delete()
        await MembershipRecord.bulk_create(MembershipRecord(group_id=group.id, person_id=person.id) for group in groups)
        names = ", ".join(sorted(group.name for group in groups)) or "no group"
        await self._audit.note(who, "groups set", person.handle or person.name, details=names)

    def _announce(self) -> None:
        self._news.post(GROUPS)
        self._news.post(SOURCES)


async def _found(uid: str) -> GroupRecord:
    record = await GroupRecord.get_or_none(uid=storable(uid))
    if record is None:
        raise NotThereError(uid)
    return record


async def _held(uids: Collection[str]) -> list[GroupRecord]:
    """Return these groups; none of them can be deleted before the change that asks is over."""
    wanted = dict.fromkeys(map(storable, uids))
    found = await GroupRecord.filter(uid__in=list(wanted)).select_for_update().order_by("id")
    if missing := wanted.keys() - {each.uid for each in found}:
        raise NotThereError(min(missing))
    return found


async def _only_in(group: Group) -> int:
    """Return how many people are in this group and in no other."""
    others = await MembershipRecord.exclude(group__uid=group.uid).values_list("person_id", flat=True)
    members = await MembershipRecord.filter(group__uid=group.uid).values_list("person_id", flat=True)
    return len(set(members) - set(others))


def _shown(record: GroupRecord, members: int, default: str) -> Group:
    return Group(
        uid=record.uid,
        name=record.name,
        rules=_read(record.rules),
        members=members,
        is_default=record.uid == default,
    )


def _read(written: str) -> Rules:
    return WRITTEN.validate_json(written)


def _named(name: str) -> str:
    name = " ".join(storable(name).split())[:LONGEST_NAME].rstrip()
    if not name:
        raise GroupFormError("Give the group a name.", "name")
    return name


def _checked(rules: Rules) -> Rules:
    _limited("lanes", "lanes", rules.lanes, 1, MOST_LANES)
    _limited("answers", "answers at once", rules.answers, 1, MOST_ANSWERS)
    _limited("upload_bytes", "bytes of an upload", rules.upload_bytes, 0, LARGEST_UPLOAD)
    providers, models = _cleaned("providers", rules.providers), _cleaned("models", rules.models)
    if providers == ():
        raise GroupFormError("No provider is chosen. Choose at least one, or allow every provider.", "providers")
    if models == ():
        raise GroupFormError("No model is named. Write at least one pattern, or allow every model.", "models")
    return replace(rules, providers=providers, models=models)


def _limited(about: str, what: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise GroupFormError(f"The number of {what} lies between {least:,} and {most:,}.", about)


def _cleaned(about: str, names: Collection[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    cleaned = tuple(dict.fromkeys(filter(None, (storable(each).strip() for each in names))))
    if len(cleaned) > MOST_NAMES or any(len(each) > LONGEST_PATTERN for each in cleaned):
        raise GroupFormError(f"At most {MOST_NAMES} names of {LONGEST_PATTERN} characters each.", about)
    return cleaned
