"""Rows about comparisons."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from services.records.person import PersonRecord


class VoteRecord(Model):
    """Which of the answers to a turn a person found better, ``models`` being JSON text by lane."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="votes", on_delete=fields.CASCADE
    )
    owner_id: int
    turn = fields.CharField(max_length=36)
    verdict = fields.CharField(max_length=10)
    winner = fields.CharField(max_length=400)
    models = fields.TextField()
    tag = fields.CharField(max_length=80)
    blind = fields.BooleanField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "vote"
        constraints = (UniqueConstraint(fields=("owner_id", "turn"), name="vote_owner_turn"),)
        indexes = (Index(fields=("tag",), name="vote_tag"),)
