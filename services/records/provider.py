"""Rows about keys and addresses of providers."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from services.records.person import PersonRecord


class ProviderKeyRecord(Model):
    """A key of a provider or of an endpoint, sealed, and the address it may be sent to."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="provider_keys", on_delete=fields.CASCADE
    )
    owner_id: int
    provider = fields.CharField(max_length=60)
    name = fields.TextField()
    sealed = fields.TextField()
    hint = fields.CharField(max_length=8)
    base_url = fields.TextField()
    active = fields.BooleanField()
    preferred = fields.BooleanField()
    created_at = fields.DatetimeField()
    tested_at = fields.DatetimeField(null=True)
    works = fields.BooleanField(null=True)
    told = fields.TextField()

    class Meta:
        table = "provider_key"
        indexes = (Index(fields=("owner_id", "provider"), name="provider_key_owner"),)


class EndpointRecord(Model):
    """An address of somebody's own that models are asked at, its headers sealed."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="endpoints", on_delete=fields.CASCADE
    )
    owner_id: int
    slug = fields.CharField(max_length=60)
    name = fields.TextField()
    base_url = fields.TextField()
    dialect = fields.CharField(max_length=20)
    sealed_headers = fields.TextField()
    models = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "endpoint"
        constraints = (UniqueConstraint(fields=("owner_id", "slug"), name="endpoint_owner_slug"),)
