"""Rows about who did what; the database itself refuses to change or delete one."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class AuditRecord(Model):
    """Something that somebody did, kept with their name, for they may be gone."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    who = fields.CharField(max_length=36)
    who_name = fields.TextField()
    action = fields.CharField(max_length=60)
    about = fields.TextField()
    address = fields.CharField(max_length=64)
    details = fields.TextField()

    class Meta:
        table = "audit"
        indexes = (
            Index(fields=("who", "id"), name="audit_who"),
            Index(fields=("action", "id"), name="audit_action"),
        )
