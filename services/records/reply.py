"""Rows about what models said."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from services.records.conversation import LaneRecord, TurnRecord
from services.records.person import PersonRecord


class ReplyRecord(Model):
    """What one lane says to one turn, the words being in the versions."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="replies", on_delete=fields.CASCADE
    )
    turn: fields.ForeignKeyRelation[TurnRecord] = fields.ForeignKeyField(
        "records.TurnRecord", related_name="replies", on_delete=fields.CASCADE
    )
    turn_id: int
    lane: fields.ForeignKeyRelation[LaneRecord] = fields.ForeignKeyField(
        "records.LaneRecord", related_name="replies", on_delete=fields.CASCADE
    )
    lane_id: int
    chosen = fields.CharField(max_length=36, default="", db_default="")

    class Meta:
        table = "reply"
        constraints = (UniqueConstraint(fields=("turn_id", "lane_id"), name="reply_turn_lane"),)
        indexes = (
            Index(fields=("lane_id",), name="reply_lane"),
            Index(fields=("owner_id",), name="reply_owner"),
        )


class ReplyVersionRecord(Model):
    """One version of a reply: a ``ModelReply`` as it was last kept."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="reply_versions", on_delete=fields.CASCADE
    )
    reply: fields.ForeignKeyRelation[ReplyRecord] = fields.ForeignKeyField(
        "records.ReplyRecord", related_name="versions", on_delete=fields.CASCADE
    )
    reply_id: int
    number = fields.IntField()
    model = fields.CharField(max_length=400)
    parameters = fields.TextField()
    context = fields.TextField(default="", db_default="")
    purpose = fields.CharField(max_length=12, default="", db_default="")
    task = fields.TextField(default="", db_default="")
    rating = fields.SmallIntField(default=0, db_default=0)
    remark = fields.TextField(default="", db_default="")
    unticked = fields.TextField(default="", db_default="")
    created_at = fields.DatetimeField()
    state = fields.CharField(max_length=20)
    finish = fields.CharField(max_length=20, null=True)
    input_tokens = fields.BigIntField()
    output_tokens = fields.BigIntField()
    cached_tokens = fields.BigIntField()
    thinking_tokens = fields.BigIntField()
    first_token = fields.FloatField(null=True)
    duration = fields.FloatField(null=True)
    failure = fields.TextField()
    error = fields.TextField()
    retry_after = fields.FloatField(null=True)
    pieces = fields.BigIntField()
    veiled = fields.BooleanField(default=False, db_default=False)
    text = fields.TextField()
    thinking = fields.TextField()

    class Meta:
        table = "reply_version"
        constraints = (UniqueConstraint(fields=("reply_id", "number"), name="reply_version_number"),)
        indexes = (
            Index(fields=("state",), name="reply_version_state"),
            Index(fields=("owner_id", "model"), name="reply_version_owner_model"),
        )
