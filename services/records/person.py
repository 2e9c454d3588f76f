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
    handle = fields.CharField(max_length=60, null=True)
    mail = fields.CharField(max_length=254, null=True)
    mail_verified = fields.BooleanField(default=False, db_default=False)
    password = fields.TextField(default="", db_default="")
    role = fields.CharField(max_length=10, default="user", db_default="user")
    suspended = fields.BooleanField(default=False, db_default=False)
    stamp = fields.IntField(default=0, db_default=0)
    totp = fields.TextField(default="", db_default="")
    totp_step = fields.BigIntField(default=0, db_default=0)
    recovery = fields.TextField(default="", db_default="")
    picture = fields.CharField(max_length=64, default="", db_default="")
    language = fields.CharField(max_length=20, default="", db_default="")
    time_zone = fields.CharField(max_length=60, default="", db_default="")
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "person"
        constraints = (
            UniqueConstraint(fields=("handle",), name="person_handle"),
            UniqueConstraint(fields=("mail",), name="person_mail"),
        )


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
