"""What a database engine must do for us beyond running queries."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

Setting: TypeAlias = str | int | dict[str, str] | None


class DatabaseUnusableError(Exception):
    """The database cannot be used; the text says which, why, and what to do, in one line."""


class Engine(Protocol):
    """One kind of database at one address."""

    name: str
    kind: str
    backend: str

    def settings(self, *, migrating: bool = False) -> dict[str, Setting]:
        """Return what the backend of Tortoise needs to connect."""
        ...

    async def check(self) -> None:
        """Raise ``DatabaseUnusableError`` unless the database can be opened; change nothing in it."""
        ...

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Return a context in which nobody else migrates this database."""
        ...

    async def save_copy(self) -> str:
        """Put the data by before they change; return a half-sentence that says where they are, or nothing."""
        ...

    async def violations(self) -> int:
        """Return how many rows point at a row that is not there."""
        ...
