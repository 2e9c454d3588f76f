"""Rows about what somebody shows to be let in; of every secret only its SHA-256 is kept."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from services.records.person import PersonRecord

DIGEST = 64  # hex digits


class SessionRecord(Model):
    """A browser that somebody signed in with, ``stage`` saying what it still has to show."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    digest = fields.CharField(max_length=DIGEST, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="sessions", on_delete=fields.CASCADE
    )
    owner_id: int
    stage = fields.CharField(max_length=20)
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    address = fields.CharField(max_length=64)
    agent = fields.TextField()

    class Meta:
        table = "session"
        indexes = (Index(fields=("owner_id",), name="session_owner"),)


class RefreshTokenRecord(Model):
    """A token that gets a new access token once, all that follow one sign-in being one family."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=DIGEST, unique=True)
    family = fields.CharField(max_length=36)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="refresh_tokens", on_delete=fields.CASCADE
    )
    owner_id: int
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    agent = fields.TextField()

    class Meta:
        table = "refresh_token"
        indexes = (
            Index(fields=("family",), name="refresh_token_family"),
            Index(fields=("owner_id",), name="refresh_token_owner"),
        )


class ApiTokenRecord(Model):
    """A token that somebody made for a program of theirs."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    digest = fields.CharField(max_length=DIGEST, unique=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="api_tokens", on_delete=fields.CASCADE
    )
    owner_id: int
    name = fields.TextField()
    start = fields.CharField(max_length=12)
    scopes = fields.TextField()
    created_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"
        indexes = (Index(fields=("owner_id",), name="api_token_owner"),)


class IdentityRecord(Model):
    """Who somebody is at another place that lets them in here."""

    id = fields.BigIntField(primary_key=True)
    owner: fields.ForeignKeyRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="identities", on_delete=fields.CASCADE
    )
    owner_id: int
    issuer = fields.CharField(max_length=255)
    subject = fields.CharField(max_length=255)
    mail = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "identity"
        constraints = (UniqueConstraint(fields=("issuer", "subject"), name="identity_issuer_subject"),)
        indexes = (Index(fields=("owner_id",), name="identity_owner"),)


class InvitationRecord(Model):
    """A link that works once: to make an account, or to set a new password for the one of ``person``."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.CharField(max_length=36, unique=True)
    digest = fields.CharField(max_length=DIGEST, unique=True)
    purpose = fields.CharField(max_length=12)
    person: fields.ForeignKeyNullableRelation[PersonRecord] = fields.ForeignKeyField(
        "records.PersonRecord", related_name="invitations", on_delete=fields.CASCADE, null=True
    )
    person_id: int | None
    role = fields.CharField(max_length=10)
    group = fields.CharField(max_length=36)
    mail = fields.TextField()
    made_by = fields.TextField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "invitation"
        indexes = (Index(fields=("person_id",), name="invitation_person"),)


class PendingRecord(Model):
    """What has to be remembered of somebody who is on the way to signing in elsewhere."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=DIGEST, unique=True)
    data = fields.TextField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "pending_sign_in"
