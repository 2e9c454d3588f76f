"""Turns become a tree with a head; what is adopted, chosen, rated, and what each reply was sent, is kept."""

from itertools import groupby

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor


async def chain(_: object, editor: BaseSchemaEditor) -> None:
    """Let each turn follow the one before it, and make the last one the head."""
    mark = "${}" if editor.client.capabilities.dialect == "postgres" else "?"
    _count, rows = await editor.client.execute_query(
        'SELECT "conversation_id", "uid" FROM "turn" ORDER BY "conversation_id", "position", "id"'
    )
    for conversation_id, turns in groupby(rows, key=lambda row: row["conversation_id"]):
        uids = [row["uid"] for row in turns]
        if len(uids) > 1:
            await editor.client.execute_many(
                f'UPDATE "turn" SET "parent" = {mark.format(1)} WHERE "uid" = {mark.format(2)}',
                [[before, uid] for before, uid in zip(uids, uids[1:], strict=False)],
            )
        await editor.client.execute_many(
            f'UPDATE "conversation" SET "head" = {mark.format(1)} WHERE "id" = {mark.format(2)}',
            [[uids[-1], conversation_id]],
        )


async def leave(_: object, __: BaseSchemaEditor) -> None:
    """Older versions know one order only, in which the turns still are."""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_parameters")]

    operations = [
        ops.AddField(
            model_name="ConversationRecord",
            name="head",
            field=fields.CharField(max_length=36, default="", db_default=""),
        ),
        ops.AddField(
            model_name="ConversationRecord",
            name="settings",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="LaneRecord",
            name="kind",
            field=fields.CharField(max_length=10, default="voice", db_default="voice"),
        ),
        ops.AddField(
            model_name="TurnRecord", name="parent", field=fields.CharField(max_length=36, default="", db_default="")
        ),
        ops.AddField(
            model_name="TurnRecord", name="adopted", field=fields.CharField(max_length=36, default="", db_default="")
        ),
        ops.AddField(
            model_name="ReplyRecord", name="chosen", field=fields.CharField(max_length=36, default="", db_default="")
        ),
        ops.AddField(
            model_name="ReplyVersionRecord",
            name="context",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="ReplyVersionRecord",
            name="purpose",
            field=fields.CharField(max_length=12, default="", db_default=""),
        ),
        ops.AddField(
            model_name="ReplyVersionRecord",
            name="task",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="ReplyVersionRecord", name="rating", field=fields.SmallIntField(default=0, db_default=0)
        ),
        ops.AddField(
            model_name="ReplyVersionRecord",
            name="remark",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.RunPython(chain, leave),
    ]
