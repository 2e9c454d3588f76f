"""Who did what, when and from where: written once, and never changed."""

from __future__ import annotations

from services.people import Person
from services.records.audit import AuditRecord
from services.replies import now
from services.rows import storable

LONGEST = 500  # characters of each text


class Audit:
    """The log of what matters to whoever answers for this place; it holds no secrets and no prompts."""

    async def note(
        self, who: Person | None, action: str, about: str = "", *, address: str = "", details: str = ""
    ) -> None:
        """Write down that ``who``, or somebody unknown, did ``action``, such as ``sign-in refused``."""
        await AuditRecord.create(
            at=now(),
            who=who.uid if who else "",
            who_name=storable(who.name)[:LONGEST] if who else "",
            action=action,
            about=storable(about)[:LONGEST],
            address=storable(address)[:64],
            details=storable(details)[:LONGEST],
        )
