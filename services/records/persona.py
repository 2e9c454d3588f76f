"""Rows about personas and their pictures."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from services.records.person import PersonRecord


class PersonaRecord(Model):
    """A character or a way of asking, ``picture`` being the digest of one and ``parameters`` JSON text."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="personas", on_delete=fields.CASCADE
    )
    owner_id: int
    name = fields.TextField()
    letters = fields.CharField(max_length=8)
    hue = fields.CharField(max_length=20)
    picture = fields.CharField(max_length=64)
    model = fields.CharField(max_length=400)
    parameters = fields.TextField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "persona"
        indexes = (Index(fields=("owner_id", "updated_at"), name="persona_owner"),)


class PictureRecord(Model):
    """A picture that personas and lanes of one person show, kept once however many do."""

    id = fields.BigIntField(primary_key=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="pictures", on_delete=fields.CASCADE
    )
    owner_id: int
    digest = fields.CharField(max_length=64)
    media_type = fields.CharField(max_length=40)
    data = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "picture"
        constraints = (UniqueConstraint(fields=("owner_id", "digest"), name="picture_owner_digest"),)
