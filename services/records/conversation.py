"""Rows about conversations."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from services.records.person import PersonRecord


class ConversationRecord(Model):
    """A conversation, out of sight while ``deleted_at`` is set."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="conversations", on_delete=fields.CASCADE
    )
    owner_id: int
    title = fields.TextField()
    draft = fields.TextField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    head = fields.CharField(max_length=36, default="", db_default="")
    settings = fields.TextField(default="", db_default="")
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "conversation"
        indexes = (Index(fields=("owner_id", "deleted_at", "updated_at", "uid"), name="conversation_list"),)


class LaneRecord(Model):
    """A lane of a conversation."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="lanes", on_delete=fields.CASCADE
    )
    conversation: fields.ForeignKeyRelation[ConversationRecord] = fields.ForeignKeyField(
        "records.ConversationRecord", related_name="lanes", on_delete=fields.CASCADE
    )
    conversation_id: int
    position = fields.IntField()
    model = fields.CharField(max_length=400)
    name = fields.TextField()
    parameters = fields.TextField()
    persona = fields.CharField(max_length=36, default="", db_default="")
    look = fields.TextField(default="", db_default="")
    kind = fields.CharField(max_length=10, default="voice", db_default="voice")
    removed = fields.BooleanField(default=False)

    class Meta:
        table = "lane"
        indexes = (
            Index(fields=("conversation_id", "position"), name="lane_conversation"),
            Index(fields=("owner_id",), name="lane_owner"),
        )


class TurnRecord(Model):
    """A prompt of a conversation."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="turns", on_delete=fields.CASCADE
    )
    conversation: fields.ForeignKeyRelation[ConversationRecord] = fields.ForeignKeyField(
        "records.ConversationRecord", related_name="turns", on_delete=fields.CASCADE
    )
    conversation_id: int
    position = fields.IntField()
    prompt = fields.TextField()
    context_mode = fields.CharField(max_length=20)
    parent = fields.CharField(max_length=36, default="", db_default="")
    adopted = fields.CharField(max_length=36, default="", db_default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "turn"
        indexes = (
            Index(fields=("conversation_id", "position"), name="turn_conversation"),
            Index(fields=("owner_id",), name="turn_owner"),
        )
