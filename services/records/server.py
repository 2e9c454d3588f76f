"""Rows about the server itself: what it has to do when, what it found, what it has to tell."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from services.records.person import PersonRecord


class ServerFactRecord(Model):
    """One thing that all processes of this installation have to agree on."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    value = fields.TextField()

    class Meta:
        table = "server_fact"


class JobRecord(Model):
    """A job that comes round, and who is at it until when."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    next_run_at = fields.DatetimeField()
    locked_by = fields.CharField(max_length=36)
    locked_until = fields.DatetimeField(null=True)
    last_run_at = fields.DatetimeField(null=True)

    class Meta:
        table = "job"


class RefreshRecord(Model):
    """What a refresh of the catalogue found, ``report`` being JSON text."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    started_at = fields.DatetimeField()
    report = fields.TextField()

    class Meta:
        table = "refresh"


class NoticeRecord(Model):
    """Something a person should hear of, once."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="notices", on_delete=fields.CASCADE
    )
    owner_id: int
    title = fields.TextField()
    text = fields.TextField()
    link = fields.TextField()
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        indexes = (Index(fields=("owner_id", "created_at"), name="notice_owner"),)
