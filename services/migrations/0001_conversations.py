from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="PersonRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                ("name", fields.CharField(max_length=200)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "person",
                "app": "records",
                "pk_attr": "id",
                "table_description": "Somebody who owns everything else.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ConversationRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="conversations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.TextField(unique=False)),
                ("draft", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("deleted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "conversation",
                "app": "records",
                "indexes": [Index(fields=["owner_id", "deleted_at", "updated_at", "uid"], name="conversation_list")],
                "pk_attr": "id",
                "table_description": "A conversation, out of sight while ``deleted_at`` is set.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LaneRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lanes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "conversation",
                    fields.ForeignKeyField(
                        "records.ConversationRecord",
                        source_field="conversation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lanes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                ("model", fields.CharField(max_length=400)),
                ("name", fields.TextField(unique=False)),
                ("temperature", fields.FloatField(null=True)),
                ("system_prompt", fields.TextField(unique=False)),
                ("removed", fields.BooleanField(default=False)),
            ],
            options={
                "table": "lane",
                "app": "records",
                "indexes": [
                    Index(fields=["conversation_id", "position"], name="lane_conversation"),
                    Index(fields=["owner_id"], name="lane_owner"),
                ],
                "pk_attr": "id",
                "table_description": "A lane of a conversation.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PreferenceRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="preferences",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("value", fields.TextField(unique=False)),
            ],
            options={
                "table": "preference",
                "app": "records",
                "pk_attr": "id",
                "table_description": "One setting of one person, ``value`` being JSON text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TurnRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="turns",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "conversation",
                    fields.ForeignKeyField(
                        "records.ConversationRecord",
                        source_field="conversation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="turns",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                ("prompt", fields.TextField(unique=False)),
                ("context_mode", fields.CharField(max_length=20)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "turn",
                "app": "records",
                "indexes": [
                    Index(fields=["conversation_id", "position"], name="turn_conversation"),
                    Index(fields=["owner_id"], name="turn_owner"),
                ],
                "pk_attr": "id",
                "table_description": "A prompt of a conversation.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReplyRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "turn",
                    fields.ForeignKeyField(
                        "records.TurnRecord",
                        source_field="turn_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "lane",
                    fields.ForeignKeyField(
                        "records.LaneRecord",
                        source_field="lane_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "reply",
                "app": "records",
                "indexes": [
                    Index(fields=["lane_id"], name="reply_lane"),
                    Index(fields=["owner_id"], name="reply_owner"),
                ],
                "pk_attr": "id",
                "table_description": "What one lane says to one turn, the words being in the versions.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReplyVersionRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reply_versions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "reply",
                    fields.ForeignKeyField(
                        "records.ReplyRecord",
                        source_field="reply_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("model", fields.CharField(max_length=400)),
                ("temperature", fields.FloatField(null=True)),
                ("system_prompt", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("state", fields.CharField(max_length=20)),
                ("finish", fields.CharField(null=True, max_length=20)),
                ("input_tokens", fields.BigIntField()),
                ("output_tokens", fields.BigIntField()),
                ("cached_tokens", fields.BigIntField()),
                ("thinking_tokens", fields.BigIntField()),
                ("first_token", fields.FloatField(null=True)),
                ("duration", fields.FloatField(null=True)),
                ("failure", fields.TextField(unique=False)),
                ("error", fields.TextField(unique=False)),
                ("retry_after", fields.FloatField(null=True)),
                ("pieces", fields.BigIntField()),
                ("text", fields.TextField(unique=False)),
                ("thinking", fields.TextField(unique=False)),
            ],
            options={
                "table": "reply_version",
                "app": "records",
                "indexes": [
                    Index(fields=["state"], name="reply_version_state"),
                    Index(fields=["owner_id"], name="reply_version_owner"),
                ],
                "pk_attr": "id",
                "table_description": "One version of a reply: a ``ModelReply`` as it was last kept.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="PreferenceRecord",
            constraint=UniqueConstraint(fields=("owner_id", "name"), name="preference_owner_name"),
        ),
        ops.AddConstraint(
            model_name="ReplyRecord", constraint=UniqueConstraint(fields=("turn_id", "lane_id"), name="reply_turn_lane")
        ),
        ops.AddConstraint(
            model_name="ReplyVersionRecord",
            constraint=UniqueConstraint(fields=("reply_id", "number"), name="reply_version_number"),
        ),
    ]
