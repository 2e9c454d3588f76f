"""Bringing a database up to date without losing anything."""

from __future__ import annotations

import logging
from importlib.resources import files
from typing import Any, Final

from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor
from tortoise.models import Model
from typing_extensions import override

from services.storage.engines import DatabaseUnusableError, Engine

log = logging.getLogger(__name__)
APP = "records"
MODELS = [
    f"services.records.{name}"
    for name in (
        *("person", "conversation", "reply", "provider", "catalogue", "persona", "server", "vote"),
        *("account", "group", "audit", "review"),
    )
]
MIGRATIONS = "services.migrations"
LATEST = "__latest__"
APPLIED: Final = "tortoise_migrations"  # the table of what was applied


def known_migrations() -> frozenset[str]:
    """Return the names of all migrations that this version of OmniChat has."""
    found = files(MIGRATIONS).iterdir()
    return frozenset(each.name.removesuffix(".py") for each in found if each.name[:1].isdigit())


def configuration(engine: Engine, *, migrating: bool = False, migrations: str = MIGRATIONS) -> dict[str, Any]:
    """Return Tortoise's configuration for the database.

    Its only connection is named by the kind of engine, for Tortoise remembers queries by that name.
    """
    connection = {"engine": engine.backend, "credentials": engine.settings(migrating=migrating)}
    return {
        "connections": {engine.kind: connection},
        "apps": {APP: {"models": MODELS, "default_connection": engine.kind, "migrations": migrations}},
    }


async def bring_up_to_date(engine: Engine, *, migrations: str = MIGRATIONS, target: str = LATEST) -> None:
    """Apply the migrations that are missing, or undo those after ``target``.

    Raise ``DatabaseUnusableError`` for a database made by a newer version, and when a migration fails.
    """
    config = configuration(engine, migrating=True, migrations=migrations)
    async with engine.alone(), TortoiseContext() as context:
        await context.init(config)
        executor = CarefulExecutor(context.connections.get(engine.kind), config["apps"])
        targets = [MigrationTarget(APP, target)]
        plan = await executor.plan(targets)
        _refuse_newer(engine, executor)
        if not plan:
            return
        copy = await engine.save_copy() if executor.loader.applied_migrations else ""
        try:
            await executor.migrate(targets)
            if broken := await engine.violations():
                raise DatabaseUnusableError(f"{broken} rows point at rows that are not there")
        except Exception as error:
            log.exception("Migrating %s failed", engine.name)
            raise DatabaseUnusableError(
                f"The database {engine.name} could not be upgraded ({error}). {copy}".strip()
            ) from error


def _refuse_newer(engine: Engine, executor: MigrationExecutor) -> None:
    known = executor.loader.disk_migrations
    unknown = sorted(key.name for key in executor.loader.applied_migrations if key not in known)
    if unknown:
        raise DatabaseUnusableError(
            f"The database {engine.name} was made by a newer version of OmniChat ({', '.join(unknown)}). "
            "Install that version, or use a backup from before; nothing was changed."
        )


class CarefulExecutor(MigrationExecutor):
    """Tortoise's own, with an SQLite editor that keeps what a rebuilt table had."""

    @override
    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        editor = super()._schema_editor(atomic, collect_sql)
        if isinstance(editor, SqliteSchemaEditor):
            return KeepingSqliteEditor(self.connection, atomic=atomic, collect_sql=collect_sql)
        return editor


class KeepingSqliteEditor(SqliteSchemaEditor):
    """Rebuild a table with its indexes and triggers; Tortoise's own drops them without a word."""

    @override
    async def _remake_table(self, model: type[Model], *args: Any, **changes: Any) -> None:
        query = self.client.execute_query
        _, kept = await query(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            [model._meta.db_table],
        )
        await query("PRAGMA legacy_alter_table=ON")  # else a trigger that names the missing table stops the renaming
        try:
            await super()._remake_table(model, *args, **changes)
        finally:
            await query("PRAGMA legacy_alter_table=OFF")
        for row in kept:
            await self._restore(row["sql"])

    async def _restore(self, statement: str) -> None:
        try:
            await self.client.execute_query(statement)
        except OperationalError as error:
            if "no such column" not in str(error) and "already exists" not in str(error):
                raise
