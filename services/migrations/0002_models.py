"""Keys, endpoints, the catalogue, personas, jobs and notices."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("records", "0001_conversations")]

    initial = False

    operations = [
        ops.CreateModel(
            name="EndpointRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="endpoints",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("slug", fields.CharField(max_length=60)),
                ("name", fields.TextField(unique=False)),
                ("base_url", fields.TextField(unique=False)),
                ("dialect", fields.CharField(max_length=20)),
                ("sealed_headers", fields.TextField(unique=False)),
                ("models", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "endpoint",
                "app": "records",
                "pk_attr": "id",
                "table_description": "An address of somebody's own that models are asked at, its headers sealed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="JobRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=60)),
                ("next_run_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("locked_by", fields.CharField(max_length=36)),
                ("locked_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("last_run_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "job",
                "app": "records",
                "pk_attr": "id",
                "table_description": "A job that comes round, and who is at it until when.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoticeRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.TextField(unique=False)),
                ("text", fields.TextField(unique=False)),
                ("link", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice",
                "app": "records",
                "indexes": [Index(fields=["owner_id", "created_at"], name="notice_owner")],
                "pk_attr": "id",
                "table_description": "Something a person should hear of, once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfferRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("scope", fields.CharField(max_length=36)),
                ("provider", fields.CharField(max_length=60)),
                ("listed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tried_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reported_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("problem", fields.TextField(unique=False)),
                ("latency", fields.FloatField(null=True)),
                ("left_out", fields.IntField()),
                ("validator", fields.TextField(unique=False)),
            ],
            options={
                "table": "offer",
                "app": "records",
                "pk_attr": "id",
                "table_description": "What one provider last said it has, to the server itself or, with an owner in ``scope``, to one person.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CatalogueModelRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "offer",
                    fields.ForeignKeyField(
                        "records.OfferRecord",
                        source_field="offer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="models",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("model", fields.CharField(max_length=400)),
                ("title", fields.TextField(unique=False)),
                ("can", fields.TextField(unique=False)),
                ("context", fields.BigIntField(null=True)),
                ("max_output", fields.BigIntField(null=True)),
                ("input_price", fields.FloatField(null=True)),
                ("output_price", fields.FloatField(null=True)),
                ("cached_price", fields.FloatField(null=True)),
                ("written_price", fields.FloatField(null=True)),
                ("released", fields.DateField(null=True)),
                ("deprecated", fields.DateField(null=True)),
                ("ends", fields.DateField(null=True)),
                ("first_seen", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_seen", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("gone", fields.BooleanField()),
            ],
            options={
                "table": "catalogue_model",
                "app": "records",
                "indexes": [Index(fields=["model"], name="catalogue_model_model")],
                "pk_attr": "id",
                "table_description": "A model on a provider's list, or that was on it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PersonaRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="personas",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.TextField(unique=False)),
                ("letters", fields.CharField(max_length=8)),
                ("hue", fields.CharField(max_length=20)),
                ("picture", fields.CharField(max_length=64)),
                ("model", fields.CharField(max_length=400)),
                ("parameters", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "persona",
                "app": "records",
                "indexes": [Index(fields=["owner_id", "updated_at"], name="persona_owner")],
                "pk_attr": "id",
                "table_description": "A character or a way of asking, ``picture`` being the digest of one and ``parameters`` JSON text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PictureRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pictures",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("digest", fields.CharField(max_length=64)),
                ("media_type", fields.CharField(max_length=40)),
                ("data", fields.BinaryField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "picture",
                "app": "records",
                "pk_attr": "id",
                "table_description": "A picture that personas and lanes of one person show, kept once however many do.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProviderKeyRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="provider_keys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("provider", fields.CharField(max_length=60)),
                ("name", fields.TextField(unique=False)),
                ("sealed", fields.TextField(unique=False)),
                ("hint", fields.CharField(max_length=8)),
                ("base_url", fields.TextField(unique=False)),
                ("active", fields.BooleanField()),
                ("preferred", fields.BooleanField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("tested_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("works", fields.BooleanField(null=True)),
                ("told", fields.TextField(unique=False)),
            ],
            options={
                "table": "provider_key",
                "app": "records",
                "indexes": [Index(fields=["owner_id", "provider"], name="provider_key_owner")],
                "pk_attr": "id",
                "table_description": "A key of a provider or of an endpoint, sealed, and the address it may be sent to.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("report", fields.TextField(unique=False)),
            ],
            options={
                "table": "refresh",
                "app": "records",
                "pk_attr": "id",
                "table_description": "What a refresh of the catalogue found, ``report`` being JSON text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ServerFactRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=60)),
                ("value", fields.TextField(unique=False)),
            ],
            options={
                "table": "server_fact",
                "app": "records",
                "pk_attr": "id",
                "table_description": "One thing that all processes of this installation have to agree on.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="EndpointRecord",
            constraint=UniqueConstraint(fields=("owner_id", "slug"), name="endpoint_owner_slug"),
        ),
        ops.AddConstraint(
            model_name="OfferRecord",
            constraint=UniqueConstraint(fields=("scope", "provider"), name="offer_scope_provider"),
        ),
        ops.AddConstraint(
            model_name="PictureRecord",
            constraint=UniqueConstraint(fields=("owner_id", "digest"), name="picture_owner_digest"),
        ),
        ops.AddConstraint(
            model_name="CatalogueModelRecord",
            constraint=UniqueConstraint(fields=("offer_id", "model"), name="catalogue_model_offer_model"),
        ),
    ]
