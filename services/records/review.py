"""Rows about words that a policy stopped at."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from services.records.person import PersonRecord


class FlagRecord(Model):
    """A prompt or an answer that was flagged, blurred or blocked, and what an admin decided about it."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="flags", on_delete=fields.CASCADE
    )
    owner_id: int
    conversation = fields.CharField(max_length=36)
    turn = fields.CharField(max_length=36)
    reply = fields.CharField(max_length=36)
    model = fields.CharField(max_length=400)
    action = fields.CharField(max_length=10)
    reasons = fields.TextField()
    excerpt = fields.TextField()
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.TextField()
    decision = fields.CharField(max_length=10)

    class Meta:
        table = "flag"
        indexes = (
            Index(fields=("decided_at", "id"), name="flag_decided"),
            Index(fields=("reply",), name="flag_reply"),
        )
