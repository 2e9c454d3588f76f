"""A server that holds something in every table there is, and what it holds, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from services.chats.replies import new_uid
from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings
from services.storage.database import Database, engine_for
from services.storage.migrating import configuration

EACH = 3  # rows of a table
WORDS = 'Zoë\'s\n"text"\twith \\ and \\. and 🦉 and; COPY public.person (id) FROM stdin;\n\\.\n'
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
VALUES: dict[type[Field[Any]], Callable[[int], Any]] = {
    fields.BooleanField: lambda number: bool(number % 2),
    fields.DatetimeField: lambda number: datetime(2026, 1, 1 + number, 2, 3, 4, 56789, tzinfo=UTC),
    fields.DateField: lambda number: date(2026, 2, 1 + number),
    fields.FloatField: lambda number: number + 0.1,
    fields.DecimalField: Decimal,
    fields.BinaryField: lambda number: bytes(range(256)),
    fields.JSONField: lambda number: {"number": number, "words": WORDS},
    fields.IntField: int,
    fields.BigIntField: int,
    fields.SmallIntField: int,
}
Rows = dict[str, list[tuple[Any, ...]]]


async def fill(settings: Settings) -> None:
    """Put rows into every table, with text that is hard to carry."""
    masters = MasterKeys(settings)
    async with Database(settings.database):
        await SealedRows(masters, Vault(masters)).check()
        done: set[type[Model]] = set()
        for model in await every_model(settings.database):
            await _fill(model, done)


async def every_model(url: str) -> list[type[Model]]:
    """Every record that the application has."""
    config = configuration(engine_for(url))
    async with TortoiseContext() as context:
        await context.init(config)
        assert context.apps
        return [model for app in context.apps.values() for model in app.values() if not model._meta.abstract]


async def everything(url: str) -> Rows:
    """Every row of every table, told by a connection of our own."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file:
            names = [name for (name,) in file.execute(TABLES["sqlite"])]
            return {name: sorted(file.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}
    server = await asyncpg.connect(url)
    try:
        names = [name for (name,) in await server.fetch(TABLES["postgres"])]
        found = {name: await server.fetch(f'SELECT * FROM "{name}"') for name in names}
        return {name: sorted((tuple(row) for row in rows), key=repr) for name, rows in found.items()}
    finally:
        await server.close()


async def _fill(model: type[Model], done: set[type[Model]]) -> None:
    if model in done:
        return
    done.add(model)
    foreign = {
        field.source_field or f"{name}_id": field.related_model
        for name, field in model._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance)
    }
    for related in foreign.values():
        await _fill(related, done)
    for number in range(EACH):
        values = {
            name: _value(field, number)
            for name, field in model._meta.fields_map.items()
            if name in model._meta.db_fields and name not in foreign and not field.generated
        }
        for column, related in foreign.items():
            if owners := await related.all().order_by("id").offset(number % EACH).limit(1):
                values[column] = owners[0].pk
        await model.create(**values)


def _value(field: Field[Any], number: int) -> Any:
    if isinstance(field, fields.CharField):
        return new_uid()[-field.max_length :]
    return next((value(number) for kind, value in VALUES.items() if isinstance(field, kind)), f"{number} {WORDS}")
