"""What groups allow, who is bound by it, and who may change it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from services.chats.conversations import NotThereError
from services.moderation.policy import Deed, ModerationPolicy
from services.news import News
from services.people.audit import Audit
from services.people.groups import GroupFormError, Groups, LeftOutError
from services.people.house import House, HouseRules, Registration
from services.people.person import NotAllowedError, Person, Role
from services.people.rules import Access, Feature, Rules
from services.records.audit import AuditRecord
from services.records.person import PersonRecord


@pytest.fixture
def house(store: object) -> House:
    return House(Audit(), News())


@pytest.fixture
def groups(house: House) -> Groups:
    return Groups(house, Audit(), News())


async def test_the_house_is_as_safe_as_can_be_until_an_admin_changes_it(
    house: House, me: Person, stranger: Person
) -> None:
    assert (await house.read()).registration is Registration.INVITATION
    with pytest.raises(NotAllowedError):
        await house.change(stranger, lambda rules: replace(rules, registration=Registration.OPEN))
    assert await house.read() == HouseRules()
    changed = await house.change(me, lambda rules: replace(rules, registration=Registration.OPEN))
    assert await house.read() == changed
    (noted,) = await AuditRecord.all()
    assert (noted.who, noted.about, noted.details) == (me.uid, "registration", "invitation → open")


async def test_a_change_of_the_moderation_is_told_part_by_part(house: House, me: Person) -> None:
    policy = ModerationPolicy(prompts=Deed.BLOCK, words=("secret",))
    await house.change(me, lambda rules: replace(rules, moderation=policy))
    told = [(noted.about, noted.details) for noted in await AuditRecord.all().order_by("id")]
    assert told == [("moderation: prompts", "none → block"), ("moderation: words", "none → secret")]


async def test_the_log_keeps_the_rules_of_a_group_whole(groups: Groups, me: Person) -> None:
    rules = Rules(models=tuple(f"groq/model-number-{number}*" for number in range(200)))
    await groups.save(me, "Many", rules)
    (noted,) = await AuditRecord.all()
    assert TypeAdapter(Rules).validate_json(noted.details) == rules


async def test_who_is_in_no_group_may_use_everything_or_what_the_default_group_may(
    groups: Groups, house: House, me: Person, stranger: Person
) -> None:
    assert (await groups.rules_of(stranger)).whole
    group = await groups.save(me, "Guests", Rules(providers=("groq",), lanes=2))
    assert (await groups.rules_of(stranger)).whole
    await house.change(me, lambda rules: replace(rules, group=group.uid))
    noted = await AuditRecord.filter(about="group").get()
    assert noted.details == f"none → {group.name}"
    access = await groups.rules_of(stranger)
    assert (access.lanes, access.allows("groq/a"), access.allows("openai/a")) == (2, True, False)
    await groups.delete(me, group.uid)
    assert (await groups.rules_of(stranger)).whole
    assert (await house.read()).group == ""


async def test_nobody_is_left_without_rules_by_the_end_of_their_only_group(
    groups: Groups, house: House, me: Person, stranger: Person
) -> None:
    few, many = await groups.save(me, "Few", Rules(lanes=2)), await groups.save(me, "Many", Rules(lanes=3))
    await groups.place(me, stranger.uid, [few.uid])
    await groups.place(me, me.uid, [few.uid, many.uid])
    for default in ("", few.uid, "gone"):
        await _make_default(house, me, default)
        with pytest.raises(LeftOutError, match=r"^1 person is in no other group.*into another group first, or make"):
            await groups.delete(me, few.uid)
        assert ((await groups.rules_of(stranger)).lanes, (await house.read()).group) == (2, default)
    await groups.place(me, me.uid, [few.uid])
    with pytest.raises(LeftOutError, match=r"^2 people are"):
        await groups.delete(me, few.uid)
    await groups.place(me, stranger.uid, [many.uid])
    await groups.place(me, me.uid, [many.uid])
    await groups.delete(me, few.uid)
    assert [each.name for each in await groups.all(me)] == ["Many"]


async def test_members_fall_to_the_default_group_when_theirs_is_deleted(
    groups: Groups, house: House, me: Person, stranger: Person
) -> None:
    few, usual = await groups.save(me, "Few", Rules(lanes=2)), await groups.save(me, "Usual", Rules(lanes=3))
    await groups.place(me, stranger.uid, [few.uid])
    await _make_default(house, me, usual.uid)
    await groups.delete(me, few.uid)
    assert (await groups.rules_of(stranger)).lanes == 3


@pytest.mark.parametrize("in_group", ["", "Few", "Many"])
@pytest.mark.parametrize("default", ["", "Few", "Many"])
@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
async def test_a_feature_is_demanded_as_the_rules_of_somebody_have_it(
    groups: Groups, house: House, me: Person, stranger: Person, in_group: str, default: str, role: Role
) -> None:
    few = await groups.save(me, "Few", Rules(features=(Feature.KEYS,)))
    many = await groups.save(me, "Many", Rules())
    uids = {"Few": few.uid, "Many": many.uid}
    await groups.place(me, stranger.uid, [uids[in_group]] if in_group else [])
    await _make_default(house, me, uids.get(default, ""))
    await PersonRecord.filter(id=stranger.id).update(role=role)
    who = replace(stranger, role=role)
    has = role is Role.ADMIN or (in_group or default) != "Few"
    assert (await groups.rules_of(who)).has(Feature.TOKENS) is has
    if has:
        await groups.demand(who, Feature.TOKENS)
    else:
        with pytest.raises(NotAllowedError, match="api tokens"):
            await groups.demand(who, Feature.TOKENS)


async def test_several_groups_add_up_but_their_rules_do_not_mix(groups: Groups, me: Person, stranger: Person) -> None:
    one = await groups.save(me, "One", Rules(providers=("groq",), lanes=2, answers=3))
    two = await groups.save(me, "Two", Rules(providers=("openai",), models=("*mini",), lanes=5, upload_bytes=10))
    await groups.place(me, stranger.uid, [one.uid, two.uid])
    access = await groups.rules_of(stranger)
    told = {model: access.allows(model) for model in ("groq/x", "groq/mini", "openai/mini", "openai/x", "xai/mini")}
    assert told == {
        "groq/x": True,
        "groq/mini": True,
        "openai/mini": True,
        "openai/x": False,
        "xai/mini": False,
    }
    assert (access.lanes, access.answers, access.upload_bytes) == (5, None, None)
    assert [person.uid for person in await groups.members(me, one.uid)] == [stranger.uid]
    await groups.place(me, stranger.uid, [])
    assert (await groups.rules_of(stranger)).whole


async def test_admins_are_bound_by_no_group_but_what_is_off_is_off_for_them_too(
    groups: Groups, house: House, me: Person
) -> None:
    group = await groups.save(me, "Few", Rules(providers=("anthropic",)))
    await groups.place(me, me.uid, [group.uid])
    await house.change(me, lambda rules: replace(rules, sources_off=("xai",), models_off=("groq/bad",)))
    access = await groups.rules_of(me)
    assert [access.allows(each) for each in ("groq/a", "groq/bad", "xai/a")] == [True, False, False]
    with pytest.raises(NotAllowedError, match="groq/bad is switched off"):
        access.demand_model("groq/bad")
    assert (await groups.rules_of(replace(me, role=Role.SERVER))).allows("groq/bad")


async def test_only_admins_see_and_change_groups(groups: Groups, me: Person, stranger: Person) -> None:
    group = await groups.save(me, "Few", Rules())
    attempts = (
        groups.all(stranger),
        groups.get(stranger, group.uid),
        groups.save(stranger, "Mine", Rules()),
        groups.save(stranger, "Few", Rules(), group.uid),
        groups.delete(stranger, group.uid),
        groups.members(stranger, group.uid),
        groups.by_person(stranger),
        groups.place(stranger, stranger.uid, [group.uid]),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            await attempt
    assert [each.name for each in await groups.all(me)] == ["Few"]
    assert await groups.by_person(me) == {}


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (" ", Rules()),
        ("Few", Rules()),
        ("A", Rules(lanes=0)),
        ("A", Rules(lanes=25)),
        ("A", Rules(answers=0)),
        ("A", Rules(upload_bytes=-1)),
        ("A", Rules(models=("x" * 201,))),
    ],
)
async def test_what_makes_no_sense_is_not_kept(groups: Groups, me: Person, name: str, rules: Rules) -> None:
    await groups.save(me, "Few", Rules())
    with pytest.raises(GroupFormError):
        await groups.save(me, name, rules)
    assert [each.name for each in await groups.all(me)] == ["Few"]


@pytest.mark.parametrize(
    ("rules", "about", "next_step"),
    [
        (Rules(providers=()), "providers", "Choose at least one"),
        (Rules(providers=(" ", "")), "providers", "allow every provider"),
        (Rules(models=()), "models", "Write at least one pattern"),
    ],
)
async def test_a_group_that_may_use_only_these_names_at_least_one(
    groups: Groups, me: Person, rules: Rules, about: str, next_step: str
) -> None:
    with pytest.raises(GroupFormError, match=next_step) as refused:
        await groups.save(me, "Few", rules)
    assert refused.value.about == about
    assert await groups.all(me) == []


async def test_what_is_not_there_cannot_be_changed(groups: Groups, me: Person) -> None:
    for attempt in (
        groups.get(me, "x"),
        groups.delete(me, "\0"),
        groups.save(me, "A", Rules(), "x"),
        groups.place(me, "x", []),
        groups.place(me, me.uid, ["x"]),
    ):
        with pytest.raises(NotThereError):
            await attempt


def test_endpoints_of_ones_own_are_not_on_a_list_of_providers() -> None:
    listed = Access(grants=(Rules(providers=("groq",), features=(Feature.ENDPOINTS,)),))
    with pytest.raises(NotAllowedError, match="endpoints"):
        listed.demand(Feature.ENDPOINTS)
    assert Access(grants=(Rules(features=(Feature.ENDPOINTS,)),)).has(Feature.ENDPOINTS)
    assert not Access(grants=(Rules(features=(Feature.ENDPOINTS,)),)).has(Feature.KEYS)


async def test_what_somebody_is_now_counts_and_not_what_they_were_when_their_page_was_opened(
    groups: Groups, house: House, me: Person, stranger: Person
) -> None:
    group = await groups.save(me, "Few", Rules(providers=("groq",)))
    await groups.place(me, stranger.uid, [group.uid])
    former_admin = replace(stranger, role=Role.ADMIN)
    assert not (await groups.rules_of(former_admin)).allows("openai/a")
    await PersonRecord.filter(id=stranger.id).update(suspended=True)
    assert not (await groups.rules_of(stranger)).allows("groq/a")


async def test_what_is_off_is_off_however_it_is_spelt(groups: Groups, house: House, me: Person) -> None:
    await house.change(me, lambda rules: replace(rules, models_off=("ollama/Big",)))
    access = await groups.rules_of(me)
    assert [access.allows(f"ollama/{name}") for name in ("Big", "big", "BIG", "small")] == [False, False, False, True]


async def _make_default(house: House, who: Person, uid: str) -> None:
    await house.change(who, lambda rules: replace(rules, group=uid))
