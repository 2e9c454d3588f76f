"""Votes on answers."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("records", "0004_branches")]

    initial = False

    operations = [
        ops.CreateModel(
            name="VoteRecord",
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
                        related_name="votes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("turn", fields.CharField(max_length=36)),
                ("verdict", fields.CharField(max_length=10)),
                ("winner", fields.CharField(max_length=400)),
                ("models", fields.TextField(unique=False)),
                ("tag", fields.CharField(max_length=80)),
                ("blind", fields.BooleanField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "vote",
                "app": "records",
                "indexes": [Index(fields=["tag"], name="vote_tag")],
                "pk_attr": "id",
                "table_description": "Which of the answers to a turn a person found better, ``models`` being JSON text by lane.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            model_name="VoteRecord", constraint=UniqueConstraint(fields=("owner_id", "turn"), name="vote_owner_turn")
        ),
    ]
