"""Rows about people."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


class PersonRecord(Model):
    """Somebody who owns everything else."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    name = fields.CharField(max_length=200)
    created_at = fields.DatetimeField()

    class Meta:
        table = "person"


class PreferenceRecord(Model):
    """One setting of one person, ``value`` being JSON text."""

    id = fields.BigIntField(primary_key=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="preferences", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=200)
    value = fields.TextField()

    class Meta:
        table = "preference"
        constraints = (UniqueConstraint(fields=("owner_id", "name"), name="preference_owner_name"),)
