"""Rows about groups of people and what they may use."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from services.records.person import PersonRecord
from services.records.provider import ProviderKeyRecord


class GroupRecord(Model):
    """People who may use the same, ``rules`` being JSON text."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    name = fields.CharField(max_length=80, unique=True)
    rules = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "people_group"


class MembershipRecord(Model):
    """That somebody belongs to a group."""

    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[GroupRecord] = fields.ForeignKeyField(
        "records.GroupRecord", related_name="memberships", on_delete=fields.CASCADE
    )
    group_id: int
    person: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="memberships", on_delete=fields.CASCADE
    )
    person_id: int

    class Meta:
        table = "membership"
        constraints = (UniqueConstraint(fields=("group_id", "person_id"), name="membership_group_person"),)
        indexes = (Index(fields=("person_id",), name="membership_person"),)


class KeyShareRecord(Model):
    """That a key of the server is for a group, one that is for no group being for everybody."""

    id = fields.BigIntField(primary_key=True)
    key: fields.ForeignKeyRelation[ProviderKeyRecord] = fields.ForeignKeyField(
        "records.ProviderKeyRecord", related_name="shares", on_delete=fields.CASCADE
    )
    key_id: int
    group: fields.ForeignKeyRelation[GroupRecord] = fields.ForeignKeyField(
        "records.GroupRecord", related_name="keys", on_delete=fields.CASCADE
    )
    group_id: int

    class Meta:
        table = "key_share"
        constraints = (UniqueConstraint(fields=("key_id", "group_id"), name="key_share_key_group"),)
        indexes = (Index(fields=("group_id",), name="key_share_group"),)
