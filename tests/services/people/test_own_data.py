"""People take along everything that is kept about them, and nothing else."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from services.chats.conversations import NotThereError
from services.people.own_data import SECRET, rows_of
from services.people.person import NotAllowedError, Person
from services.records.person import PersonRecord, PreferenceRecord
from tests.services.gatehouse import Gatehouse


def records() -> list[type[Model]]:
    """Return every table, of which the open database knows."""
    return [each for each in Model.__subclasses__() if each.__module__.startswith("services.records.")]


async def told(house: Gatehouse, who: Person, about: Person) -> dict[str, list[dict[str, object]]]:
    with await house.own_data.pack(who, about.uid) as file, ZipFile(file) as archive:
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


async def test_every_table_that_says_whose_its_rows_are_is_part_of_it(gatehouse: Gatehouse, user: Person) -> None:
    owned = {
        record._meta.db_table
        for record in records()
        for field in record._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance) and field.related_model is PersonRecord
    }
    assert owned == rows_of(user).keys() - {"person", "audit"} > {"conversation", "turn", "picture", "membership"}
    assert rows_of(user).keys() == (await told(gatehouse, user, user)).keys()


async def test_it_holds_what_is_theirs_and_nobody_elses(gatehouse: Gatehouse, user: Person, admin: Person) -> None:
    for who, value in ((user, "mine"), (admin, "another's")):
        await PreferenceRecord.bulk_create(
            PreferenceRecord(owner_id=who.id, name=f"n{number}", value=value) for number in range(1200)
        )
    stream = await gatehouse.answering(user)
    stream.stop()
    await stream.over()
    found = await told(gatehouse, user, user)
    assert [each["value"] for each in found["preference"]] == ["mine"] * 1200
    assert [each["prompt"] for each in found["turn"]] == ["Hi"]
    assert [each["handle"] for each in found["person"]] == ["uma"]


async def test_no_secret_is_part_of_it(gatehouse: Gatehouse, user: Person) -> None:
    secret = await gatehouse.signed_in(user)
    await gatehouse.with_phone(user)
    found = await told(gatehouse, user, user)
    assert len(found["session"]) == 1
    for table, columns in SECRET.items():
        assert all(not columns & row.keys() for row in found[table])
    row = await PersonRecord.get(id=user.id)
    for hidden in (secret, row.password, row.totp, *json.loads(row.recovery)):
        assert hidden not in json.dumps(found)


async def test_columns_that_hold_secrets_are_known_as_such(gatehouse: Gatehouse) -> None:
    telling = ("password", "sealed", "digest", "secret", "token", "totp", "recovery")
    for record in records():
        for column in record._meta.fields_db_projection:
            if any(word in column for word in telling) and (record._meta.db_table, column) not in HARMLESS:
                assert column in SECRET.get(record._meta.db_table, ()), f"{record._meta.db_table}.{column}"


HARMLESS = {
    ("picture", "digest"),
    ("pending_sign_in", "digest"),
    *(("reply_version", name) for name in ("input_tokens", "output_tokens", "cached_tokens", "thinking_tokens")),
    ("reply_version", "first_token"),
}


async def test_others_get_it_only_as_admins_over_users(
    gatehouse: Gatehouse, owner: Person, admin: Person, user: Person
) -> None:
    assert (await told(gatehouse, admin, user))["person"][0]["handle"] == "uma"
    for who, about in ((user, admin), (admin, owner)):
        with pytest.raises(NotAllowedError):
            await gatehouse.own_data.pack(who, about.uid)
    with pytest.raises(NotThereError):
        await gatehouse.own_data.pack(owner, "nobody")
