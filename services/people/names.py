"""What people are called: user names, names and mail addresses, as they are kept and looked for."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_HANDLE: Final = 40
LONGEST_NAME: Final = 80
LONGEST_MAIL: Final = 254
HANDLE: Final = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
BAD: Final = {
    "handle": f"A user name has 2 to {LONGEST_HANDLE} letters and digits, with dots, hyphens and underscores between.",
    "mail": "That is no mail address.",
}


class BadNameError(ValueError):
    """Nobody can be called that, ``field`` being ``handle`` or ``mail``; the message says why."""

    def __init__(self, field: str) -> None:
        super().__init__(BAD[field])
        self.field = field


def folded(text: str) -> str:
    """Return ``text`` so that two spellings of a user name or an address are the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())


def handle_from(text: str) -> str:
    """Return the user name that ``text`` spells; raise ``BadNameError`` for one that cannot be."""
    handle = folded(text)
    if not 2 <= len(handle) <= LONGEST_HANDLE or not HANDLE.fullmatch(handle):
        raise BadNameError("handle")
    return handle


def mail_from(text: str) -> str | None:
    """Return the address, or None when there is none; raise ``BadNameError`` for what cannot be one."""
    mail = folded(text)
    if mail and (len(mail) > LONGEST_MAIL or not MAIL.fullmatch(mail) or not mail.isprintable()):
        raise BadNameError("mail")
    return mail or None


def name_from(text: str, handle: str) -> str:
    """Return how somebody is shown: one line without signs that cannot be seen, or else the user name."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split())[:LONGEST_NAME].strip() or handle
