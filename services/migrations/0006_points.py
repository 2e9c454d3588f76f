"""Which points of a judge's list a person has not ticked."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("records", "0005_votes")]

    operations = [
        ops.AddField(
            model_name="ReplyVersionRecord",
            name="unticked",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
    ]
