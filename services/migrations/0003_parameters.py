"""Temperature and instructions become two of many parameters; lanes get a persona and a look."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeAlias

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor

TABLES = ("lane", "reply_version")
PAGE = 2000

Write: TypeAlias = Callable[[list[list[Any]]], Awaitable[None]]


async def gather(_: object, editor: BaseSchemaEditor) -> None:
    """Write instructions and temperature as one JSON text into what was the column of the instructions."""
    for table in TABLES:
        async for rows, write in pages(editor, table, "temperature, parameters"):
            await write([[told(row["temperature"], row["parameters"]), row["id"]] for row in rows])


async def scatter(_: object, editor: BaseSchemaEditor) -> None:
    """Write them back apart; parameters that older versions do not know are lost."""
    for table in TABLES:
        async for rows, write in pages(editor, table, "parameters", "temperature"):
            found = [(json.loads(row["parameters"]), row["id"]) for row in rows]
            await write([[one.get("system_prompt", ""), one.get("temperature"), row_id] for one, row_id in found])


def told(temperature: float | None, system_prompt: str) -> str:
    values = {"system_prompt": system_prompt or None, "temperature": temperature}
    return json.dumps({name: value for name, value in values.items() if value is not None}, ensure_ascii=False)


async def pages(
    editor: BaseSchemaEditor, table: str, columns: str, *more: str
) -> AsyncGenerator[tuple[list[dict[str, Any]], Write], None]:
    """Yield rows in portions, each with a function that writes ``parameters`` and ``more`` of them."""
    mark = "${}" if editor.client.capabilities.dialect == "postgres" else "?"
    names = ("parameters", *more)
    changes = ", ".join(f'"{name}" = {mark.format(number)}' for number, name in enumerate(names, 1))
    statement = f'UPDATE "{table}" SET {changes} WHERE "id" = {mark.format(len(names) + 1)}'

    async def write(values: list[list[Any]]) -> None:
        await editor.client.execute_many(statement, values)

    last = 0
    while True:
        query = f'SELECT id, {columns} FROM "{table}" WHERE id > {last} ORDER BY id LIMIT {PAGE}'
        _, rows = await editor.client.execute_query(query)
        if not rows:
            return
        yield [dict(row) for row in rows], write
        last = rows[-1]["id"]


class Migration(migrations.Migration):
    dependencies = [("records", "0002_models")]

    operations = [
        ops.RenameField(model_name="LaneRecord", old_name="system_prompt", new_name="parameters"),
        ops.RenameField(model_name="ReplyVersionRecord", old_name="system_prompt", new_name="parameters"),
        ops.RunPython(gather, scatter),
        ops.RemoveField(model_name="LaneRecord", name="temperature"),
        ops.RemoveField(model_name="ReplyVersionRecord", name="temperature"),
        ops.AddField(
            model_name="LaneRecord", name="persona", field=fields.CharField(max_length=36, default="", db_default="")
        ),
        ops.AddField(
            model_name="LaneRecord", name="look", field=fields.TextField(default="", db_default="", unique=False)
        ),
        ops.RemoveIndex(model_name="ReplyVersionRecord", name="reply_version_owner"),
        ops.AddIndex(
            model_name="ReplyVersionRecord",
            index=Index(fields=("owner_id", "model"), name="reply_version_owner_model"),
        ),
    ]
