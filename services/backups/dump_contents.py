"""What a database holds, in numbers that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.storage.migrating import APP, APPLIED, known_migrations


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The rows of each table, and the migrations that were applied."""

    rows: Mapping[str, int]
    migrations: frozenset[str]

    @classmethod
    def of(cls, rows: Mapping[str, int], applied: Iterable[tuple[str, str]]) -> Contents:
        """Return them for pairs of an app and the name of a migration."""
        return cls(rows=dict(sorted(rows.items())), migrations=frozenset(name for app, name in applied if app == APP))

    @property
    def migration(self) -> str:
        """The last migration, or nothing."""
        return max(self.migrations, default="")

    @property
    def newer(self) -> list[str]:
        """The migrations that this version of OmniChat does not know."""
        return sorted(self.migrations - known_migrations())

    @property
    def is_empty(self) -> bool:
        """Whether there is no row but those about migrations."""
        return not any(count for table, count in self.rows.items() if table != APPLIED)
