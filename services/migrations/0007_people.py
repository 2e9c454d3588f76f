"""People get accounts: how they are let in, what they may use, and what they did."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.schema_editor import BaseSchemaEditor


SQLITE = """CREATE TRIGGER "audit_{what}" BEFORE {what} ON "audit" BEGIN
SELECT RAISE(ABORT, 'the audit log is append-only'); END"""
POSTGRES = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_update BEFORE UPDATE OR DELETE ON "audit" FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
)


async def begin(_: object, editor: BaseSchemaEditor) -> None:
    """Whoever was alone here owns the place; what is written into the audit log stays."""
    run = editor.client.execute_query
    await run('UPDATE "person" SET "role" = \'owner\'')
    if editor.client.capabilities.dialect == "postgres":
        for statement in POSTGRES:
            await run(statement)
    else:
        for what in ("UPDATE", "DELETE"):
            await run(SQLITE.format(what=what))


async def undo(_: object, editor: BaseSchemaEditor) -> None:
    """The triggers go with their table."""
    if editor.client.capabilities.dialect == "postgres":
        await editor.client.execute_query("DROP FUNCTION audit_refuse CASCADE")


class Migration(migrations.Migration):
    dependencies = [("records", "0006_points")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ApiTokenRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="api_tokens",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.TextField(unique=False)),
                ("start", fields.CharField(max_length=12)),
                ("scopes", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "api_token",
                "app": "records",
                "indexes": [Index(fields=["owner_id"], name="api_token_owner")],
                "pk_attr": "id",
                "table_description": "A token that somebody made for a program of theirs.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("who", fields.CharField(max_length=36)),
                ("who_name", fields.TextField(unique=False)),
                ("action", fields.CharField(max_length=60)),
                ("about", fields.TextField(unique=False)),
                ("address", fields.CharField(max_length=64)),
                ("details", fields.TextField(unique=False)),
            ],
            options={
                "table": "audit",
                "app": "records",
                "indexes": [
                    Index(fields=["who", "id"], name="audit_who"),
                    Index(fields=["action", "id"], name="audit_action"),
                ],
                "pk_attr": "id",
                "table_description": "Something that somebody did, kept with their name, for they may be gone.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FlagRecord",
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
                        related_name="flags",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("conversation", fields.CharField(max_length=36)),
                ("turn", fields.CharField(max_length=36)),
                ("reply", fields.CharField(max_length=36)),
                ("model", fields.CharField(max_length=400)),
                ("action", fields.CharField(max_length=10)),
                ("reasons", fields.TextField(unique=False)),
                ("excerpt", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by", fields.TextField(unique=False)),
                ("decision", fields.CharField(max_length=10)),
            ],
            options={
                "table": "flag",
                "app": "records",
                "indexes": [
                    Index(fields=["decided_at", "id"], name="flag_decided"),
                    Index(fields=["reply"], name="flag_reply"),
                ],
                "pk_attr": "id",
                "table_description": "A prompt or an answer that was flagged, blurred or blocked, and what an admin decided about it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                ("name", fields.CharField(unique=True, max_length=80)),
                ("rules", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "people_group",
                "app": "records",
                "pk_attr": "id",
                "table_description": "People who may use the same, ``rules`` being JSON text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdentityRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="identities",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("issuer", fields.CharField(max_length=255)),
                ("subject", fields.CharField(max_length=255)),
                ("mail", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "identity",
                "app": "records",
                "indexes": [Index(fields=["owner_id"], name="identity_owner")],
                "pk_attr": "id",
                "table_description": "Who somebody is at another place that lets them in here.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InvitationRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                ("purpose", fields.CharField(max_length=12)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("role", fields.CharField(max_length=10)),
                ("group", fields.CharField(max_length=36)),
                ("mail", fields.TextField(unique=False)),
                ("made_by", fields.TextField(unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "invitation",
                "app": "records",
                "indexes": [Index(fields=["person_id"], name="invitation_person")],
                "pk_attr": "id",
                "table_description": "A link that works once: to make an account, or to set a new password for the one of ``person``.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="KeyShareRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "key",
                    fields.ForeignKeyField(
                        "records.ProviderKeyRecord",
                        source_field="key_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="shares",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "records.GroupRecord",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="keys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "key_share",
                "app": "records",
                "indexes": [Index(fields=["group_id"], name="key_share_group")],
                "pk_attr": "id",
                "table_description": "That a key of the server is for a group, one that is for no group being for everybody.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MembershipRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "group",
                    fields.ForeignKeyField(
                        "records.GroupRecord",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "membership",
                "app": "records",
                "indexes": [Index(fields=["person_id"], name="membership_person")],
                "pk_attr": "id",
                "table_description": "That somebody belongs to a group.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PendingRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                ("data", fields.TextField(unique=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pending_sign_in",
                "app": "records",
                "pk_attr": "id",
                "table_description": "What has to be remembered of somebody who is on the way to signing in elsewhere.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshTokenRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                ("family", fields.CharField(max_length=36)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refresh_tokens",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("agent", fields.TextField(unique=False)),
            ],
            options={
                "table": "refresh_token",
                "app": "records",
                "indexes": [
                    Index(fields=["family"], name="refresh_token_family"),
                    Index(fields=["owner_id"], name="refresh_token_owner"),
                ],
                "pk_attr": "id",
                "table_description": "A token that gets a new access token once, all that follow one sign-in being one family.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.CharField(unique=True, max_length=36)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "records.PersonRecord",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("stage", fields.CharField(max_length=20)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("address", fields.CharField(max_length=64)),
                ("agent", fields.TextField(unique=False)),
            ],
            options={
                "table": "session",
                "app": "records",
                "indexes": [Index(fields=["owner_id"], name="session_owner")],
                "pk_attr": "id",
                "table_description": "A browser that somebody signed in with, ``stage`` saying what it still has to show.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ReplyVersionRecord",
            name="veiled",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="handle",
            field=fields.CharField(null=True, max_length=60),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="language",
            field=fields.CharField(default="", db_default="", max_length=20),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="mail",
            field=fields.CharField(null=True, max_length=254),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="mail_verified",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="password",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="picture",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="recovery",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="role",
            field=fields.CharField(default="user", db_default="user", max_length=10),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="seen_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="stamp",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="suspended",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="time_zone",
            field=fields.CharField(default="", db_default="", max_length=60),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="totp",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="PersonRecord",
            name="totp_step",
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddConstraint(
            model_name="PersonRecord",
            constraint=UniqueConstraint(fields=("handle",), name="person_handle"),
        ),
        ops.AddConstraint(
            model_name="PersonRecord",
            constraint=UniqueConstraint(fields=("mail",), name="person_mail"),
        ),
        ops.AddConstraint(
            model_name="IdentityRecord",
            constraint=UniqueConstraint(fields=("issuer", "subject"), name="identity_issuer_subject"),
        ),
        ops.AddConstraint(
            model_name="KeyShareRecord",
            constraint=UniqueConstraint(fields=("key_id", "group_id"), name="key_share_key_group"),
        ),
        ops.AddConstraint(
            model_name="MembershipRecord",
            constraint=UniqueConstraint(fields=("group_id", "person_id"), name="membership_group_person"),
        ),
        ops.RunPython(begin, undo),
    ]
