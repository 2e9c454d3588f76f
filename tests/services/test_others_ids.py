"""Whoever knows the id of another's thing gets nothing by it, in whichever place of a question it stands."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from services.chats.asking import EmptyPromptError
from services.chats.conversations import NotThereError
from services.people.person import NotAllowedError, Role
from services.settings import Settings
from services.wiring import Services
from tests.services.neighbours import HIDDEN, Home, Method, a_home, dump, methods
from tests.services.ready import ready_file

# These ask about oneself, or make something new: no id says whose it is.
ABOUT_ONESELF = {
    "archive": "begin blank headings note_context",
    "preferences": "get set",
    "chats": "begin blank demand_room headings most_lanes watch_headings",
    "people.audit": "note",
    "people.sessions": "begin end_all of",
    "people.accounts": "describe hash_for prove_password set_password wear",
    "people.second_factor": "is_on propose prove renew_spare spare_left turn_off turn_on",
    "people.sign_in": "begin change_password prove_again prove_code",
    "people.groups": "demand rules_of",
    "people.shares": "closed_to",
    "people.federation": "come_back connections depart",
    "people.access_tokens": "begin",
    "people.tokens": "make of",
    "people.program_sign_in": "admit",
    "keys": "add in_use keep_one of",
    "endpoints": "of sources",
    "sources": "keyed named of",
    "key_desk": "add try_out",
    "catalogue": "entry kept known offers watch",
    "limits": "of",
    "defaults": "drop_preset effective keep_preset of presets set",
    "personas": "all watch",
    "personas.pictures": "keep",
    "asking": "add",
    "votes": "leaderboard tags",
    "shelves": "delete_set favour keep_set note_asked of rename_set",
    "choosing": "left_out start",
    "speeds": "of",
    "notices": "of tell unread watch",
    "refresh": "reports",
}
# These are about everybody, by no id either.
ABOUT_EVERYBODY = {
    "people.audit": "actions as_csv as_json_lines read",
    "people.house": "change",
    "people.groups": "all by_person",
    "people.shares": "groups server",
    "people.every_session": "read",
    "people.accounts": "count search",
    "people.invitations": "all invite",
    "reviews": "all waiting",
    "checkup": "health weaknesses",
}
# These are told no ``who``: what they are asked for was found for somebody before, or is a secret of 256 bits.
FOUND_BEFORE = {
    "people.invitations": "from_console",
    "hub": "find",
    "asking": "estimate",
    "refresh": "start",
}
# These answer nothing where there is nothing, in place of an error.
QUIET = {"archive.lanes", "chats.announce", "people.access_tokens.end_family", "asking.stop"}
FOR_ADMINS = (
    *(f"people.{name}." for name in ("accounts", "invitations", "own_data", "groups", "shares")),
    "reviews.",
)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    database = await ready_file(tmp_path / "omnichat.db")
    settings = Settings(data_dir=tmp_path, database_url=database, single_user=False, local_model="off")
    services = Services(settings.model_copy(update={"private_networks": "127.0.0.0/8"}))
    await services.connect()
    yield services
    await services.close()


@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
async def test_an_id_of_anothers_is_not_there_and_changes_nothing(services: Services, role: Role) -> None:
    mine, theirs = await a_home(services, "mine", role, words="my own"), await a_home(services, "theirs")
    before = await dump()
    for method in methods(services):
        if not method.knows_who or (role is Role.ADMIN and method.path.startswith(FOR_ADMINS)):
            continue
        for fills in mixtures(method, mine, theirs):
            told = f"{method.path} with another's {[name for name, home in fills.items() if home is theirs]}"
            if method.path in QUIET:
                with suppress(NotThereError):
                    assert HIDDEN not in repr(await asked(method, mine, fills)), told
            else:
                with pytest.raises((NotThereError, NotAllowedError, EmptyPromptError)):
                    pytest.fail(f"{told} gave {await asked(method, mine, fills)!r}")
            assert await dump() == before, told


async def test_what_is_everybodys_is_told_to_admins_only(services: Services) -> None:
    mine = await a_home(services, "mine")
    before = await dump()
    for method in methods(services):
        if method.path in paths(ABOUT_EVERYBODY):
            with pytest.raises(NotAllowedError):
                pytest.fail(f"{method.path} gave {await asked(method, mine, {})!r}")
    assert await dump() == before


def test_no_method_is_forgotten(services: Services) -> None:
    every = list(methods(services))
    assert {method.path for method in every if method.knows_who and not method.ids} == (
        paths(ABOUT_ONESELF) | paths(ABOUT_EVERYBODY)
    )
    assert {method.path for method in every if method.ids and not method.knows_who} == paths(FOUND_BEFORE)


def paths(table: Mapping[str, str]) -> set[str]:
    """Return the paths of the methods that a table names by service."""
    return {f"{service}.{name}" for service, names in table.items() for name in names.split()}


def mixtures(method: Method, mine: Home, theirs: Home) -> Iterator[Mapping[str, Home]]:
    """Yield whose every id is, at least one being another's."""
    names = list(method.ids)
    for size in range(1, len(names) + 1):
        for foreign in combinations(names, size):
            yield {name: theirs if name in foreign else mine for name in names}


async def asked(method: Method, mine: Home, fills: Mapping[str, Home]) -> Any:
    """Return what comes of it."""
    came = method.ask(mine.who, fills)
    if inspect.isasyncgen(came):
        return await anext(came)
    return await came if inspect.isawaitable(came) else came
