"""Rows about personas."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from services.records.person import PersonRecord


class PersonaRecord(Model):
    """A character or a way of asking that lanes can wear, ``parameters`` being JSON text."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="personas", on_delete=fields.CASCADE
    )
    owner_id: int
    name = fields.TextField()
    letters = fields.CharField(max_length=8)
    hue = fields.CharField(max_length=20)
    picture = fields.BinaryField(null=True)
    picture_type = fields.CharField(max_length=40)
    model = fields.CharField(max_length=400)
    parameters = fields.TextField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "persona"
        indexes = (Index(fields=("owner_id", "updated_at"), name="persona_owner"),)
