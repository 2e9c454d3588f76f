"""The log says who did what, cannot be changed, and can be taken along."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.chats.replies import now
from services.people.audit import Audit, Search
from services.people.person import NotAllowedError, Person, Role
from services.records.audit import AuditRecord


@pytest.fixture
def audit(store: object) -> Audit:
    return Audit()


async def test_a_deed_is_told_with_its_name_its_place_and_its_time(audit: Audit, me: Person) -> None:
    await audit.note(replace(me, address="192.0.2.7"), "group made", "Guests", details="lanes 2")
    await audit.note(None, "sign-in refused", "mira", address="192.0.2.9")
    refused, made = await audit.read(me, Search())
    assert (made.who, made.who_name, made.action, made.about, made.address) == (
        me.uid,
        me.name,
        "group made",
        "Guests",
        "192.0.2.7",
    )
    assert (refused.who, refused.address) == ("", "192.0.2.9")
    assert now() - made.at < timedelta(minutes=1)


async def test_what_an_admin_does_for_the_server_is_told_of_the_admin(
    audit: Audit, me: Person, stranger: Person
) -> None:
    await audit.note(replace(stranger, role=Role.SERVER, admin=replace(me, address="192.0.2.7")), "key added")
    (deed,) = await audit.read(me, Search())
    assert (deed.who, deed.address) == (me.uid, "192.0.2.7")


async def test_the_database_itself_refuses_to_change_the_log(audit: Audit, me: Person) -> None:
    await audit.note(me, "group made", "Guests")
    for attempt in (AuditRecord.all().update(who_name="nobody"), AuditRecord.all().delete()):
        with pytest.raises(Exception, match="append-only"):
            await attempt
    assert [deed.who_name for deed in await audit.read(me, Search())] == [me.name]


async def test_the_log_is_read_by_who_what_and_when_and_page_by_page(audit: Audit, me: Person) -> None:
    for number in range(5):
        await audit.note(me, "even" if number % 2 == 0 else "odd", f"Group {number}")
    assert [deed.about for deed in await audit.read(me, Search(action="odd"))] == ["Group 3", "Group 1"]
    assert [deed.about for deed in await audit.read(me, Search(words="group 4"))] == ["Group 4"]
    assert len(await audit.read(me, Search(words=me.name.upper()))) == 5
    assert await audit.read(me, Search(words="100%")) == []
    first = await audit.read(me, Search(), limit=2)
    rest = await audit.read(me, Search(), before=first[-1].id, limit=5)
    assert [deed.about for deed in [*first, *rest]] == [f"Group {number}" for number in (4, 3, 2, 1, 0)]
    assert await audit.read(me, Search(since=now() + timedelta(hours=1))) == []
    assert await audit.read(me, Search(until=now() - timedelta(hours=1))) == []
    assert await audit.actions(me) == ["even", "odd"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_an_exported_cell_is_never_a_formula(audit: Audit, me: Person, start: str) -> None:
    evil = f'{start}cmd|"/c calc"!A1'
    await audit.note(replace(me, name=evil), evil[:60], evil, details=f"a\n{evil}")
    text = "".join([line async for line in audit.as_csv(me, Search(words="calc"))])
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert header[0] == "id"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert f"'{evil}" in row


async def test_exported_lines_of_json_say_all_and_the_export_is_noted(audit: Audit, me: Person) -> None:
    await audit.note(me, "group made", 'Gäste "A"')
    lines = [json.loads(line) async for line in audit.as_json_lines(me, Search(action="group made"))]
    assert [(line["who"], line["about"]) for line in lines] == [(me.uid, 'Gäste "A"')]
    assert (await audit.read(me, Search()))[0].action == "audit log exported"


async def test_only_admins_read_the_log(audit: Audit, stranger: Person) -> None:
    with pytest.raises(NotAllowedError):
        await audit.read(stranger, Search())
    with pytest.raises(NotAllowedError):
        await audit.actions(stranger)
    for lines in (audit.as_csv, audit.as_json_lines):
        with pytest.raises(NotAllowedError):
            assert [line async for line in lines(stranger, Search())] == []
