"""What can go wrong on the way in, by the short names that addresses carry; nothing of an address is ever shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from services.people.account_rows import TAKEN, TakenError
from services.people.accounts import LAST_OWNER, WrongPasswordError
from services.people.brakes import SlowDownError
from services.people.federation import MailTakenError
from services.people.invitations import LinkOverError
from services.people.names import BAD, BadNameError
from services.people.passwords import WEAK, TooBusyError, WeakPasswordError
from services.people.person import NotAllowedError
from services.people.sign_in import CodeRefusedError, RefusedError
from services.people.vouching import NotVouchedError

REFUSALS: Final = (
    RefusedError,
    SlowDownError,
    TooBusyError,
    WeakPasswordError,
    BadNameError,
    TakenError,
    LinkOverError,
    NotAllowedError,
    WrongPasswordError,
    NotVouchedError,
    MailTakenError,
)
LONGEST_WAIT: Final = 60  # minutes


@dataclass(frozen=True, slots=True)
class Problem:
    """What to say, and beside which field; without one it stands above them all."""

    words: str = ""
    field: str = ""
    status: int = 200

    def at(self, field: str) -> str:
        """Return what is to be said beside ``field``."""
        return self.words if field == self.field else ""


NONE: Final = Problem()
PROBLEMS: Final[Mapping[str, Problem]] = {
    "match": Problem("That user name and password do not match.", status=401),
    "code": Problem("That code is not right, or was used already.", "code", 401),
    "busy": Problem("Too many people sign in just now. Try again in a minute.", status=429),
    "over": Problem("That link was used already, or is too old. Ask for a new one.", status=404),
    "closed": Problem("Accounts are made by invitation here. Ask an admin for one.", status=403),
    "taken": Problem(TAKEN, "handle", 409),
    "vouch": Problem(
        "That other place could not say who you are. Try again, or sign in with your password.", status=401
    ),
    "linked": Problem(
        "An account here has that address. Sign in with its password and connect the other place in your settings.",
        status=403,
    ),
    "wrong": Problem("That is not your password.", "old", 403),
    "delete": Problem("That is not right.", "delete", 403),
    "last": Problem(LAST_OWNER, status=403),
    **{name: Problem(words, name, 422) for name, words in BAD.items()},
    **{str(weakness): Problem(words, "password", 422) for weakness, words in WEAK.items()},
}


def problem_in(query: Mapping[str, str]) -> Problem:
    """Return the problem that an address names, if it names one."""
    name = query.get("problem", "")
    if name == "slow":
        told = query.get("minutes", "")
        minutes = min(int(told), LONGEST_WAIT) if told.isascii() and told.isdecimal() and len(told) < 4 else 1
        return Problem(f"Too many attempts. Try again in {minutes} minute{'' if minutes == 1 else 's'}.", status=429)
    return PROBLEMS.get(name, NONE)


def as_query(error: Exception) -> str:
    """Return how an address names what went wrong."""
    match error:
        case SlowDownError():
            return urlencode({"problem": "slow", "minutes": -(-error.seconds // 60)})
        case WeakPasswordError():
            return urlencode({"problem": error.weakness})
        case BadNameError():
            return urlencode({"problem": error.field})
        case NotAllowedError() if str(error) == LAST_OWNER:
            return urlencode({"problem": "last"})
    names: dict[type[Exception], str] = {
        TooBusyError: "busy",
        TakenError: "taken",
        LinkOverError: "over",
        NotAllowedError: "closed",
        WrongPasswordError: "wrong",
        CodeRefusedError: "code",
        NotVouchedError: "vouch",
        MailTakenError: "linked",
    }
    return urlencode({"problem": names.get(type(error), "match")})
