"""Rows about what providers have on offer."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


class OfferRecord(Model):
    """What one provider last said it has, to the server itself or, with an owner in ``scope``, to one person."""

    id = fields.BigIntField(primary_key=True)
    scope = fields.CharField(max_length=36)
    provider = fields.CharField(max_length=60)
    listed_at = fields.DatetimeField(null=True)
    tried_at = fields.DatetimeField(null=True)
    reported_at = fields.DatetimeField(null=True)
    problem = fields.TextField()
    latency = fields.FloatField(null=True)
    left_out = fields.IntField()
    validator = fields.TextField()

    class Meta:
        table = "offer"
        constraints = (UniqueConstraint(fields=("scope", "provider"), name="offer_scope_provider"),)


class CatalogueModelRecord(Model):
    """A model on a provider's list, or that was on it."""

    id = fields.BigIntField(primary_key=True)
    offer: fields.ForeignKeyRelation[OfferRecord] = fields.ForeignKeyField(
        "records.OfferRecord", related_name="models", on_delete=fields.CASCADE
    )
    offer_id: int
    model = fields.CharField(max_length=400)
    title = fields.TextField()
    can = fields.TextField()
    context = fields.BigIntField(null=True)
    max_output = fields.BigIntField(null=True)
    input_price = fields.FloatField(null=True)
    output_price = fields.FloatField(null=True)
    cached_price = fields.FloatField(null=True)
    written_price = fields.FloatField(null=True)
    released = fields.DateField(null=True)
    deprecated = fields.DateField(null=True)
    ends = fields.DateField(null=True)
    first_seen = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    last_seen = fields.DatetimeField(null=True)
    gone = fields.BooleanField()

    class Meta:
        table = "catalogue_model"
        constraints = (UniqueConstraint(fields=("offer_id", "model"), name="catalogue_model_offer_model"),)
        indexes = (Index(fields=("model",), name="catalogue_model_model"),)
