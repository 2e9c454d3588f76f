"""Settings: how somebody comes in, where they are in, and how they leave."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from components.browser_list import browser_list
from components.figures import clock
from components.gate import blank, plain_form
from components.pieces import button, el, icon, link, text
from pages.frame import Frame
from pages.live_pages import session_of
from pages.problems import NONE, Problem, problem_in
from pages.second_factor_card import SecondFactorCard
from services.people.account_rows import Account
from services.people.federation import Connection
from services.people.passwords import LONGEST, SHORTEST
from services.people.person import NotAllowedError

HOME = "/settings/security"
DONE = f"{HOME}?done=password"


async def draw_security(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the password, the second factor, the browsers, other places and one's data."""
    if rest:
        return False
    account = await frame.services.people.accounts.named(frame.who, frame.who.uid)
    problem, done = _told()
    text("Sign-in & safety", "o-head", tag="h2")
    if problem.words and not problem.field:
        frame.toasts.show(problem.words)
    if done:
        frame.toasts.show("Your password is changed, and every other browser is signed out.")
    _draw_password(account, problem)
    await SecondFactorCard(frame.services.people.second_factor, frame.who).draw()
    await _Browsers(frame).draw()
    await _Elsewhere(frame).draw()
    _draw_own_data(frame, account, problem)
    return True


def _told() -> tuple[Problem, bool]:
    """Return what the address tells, the first time that the page is drawn: later addresses come without a request."""
    client = ui.context.client
    if client.has_socket_connection or client.request is None:
        return NONE, False
    return problem_in(client.request.query_params), client.request.query_params.get("done") == "password"


def _draw_password(account: Account, problem: Problem) -> None:
    with el("div", "o-card pad o-c"):
        text("Password", "o-title", tag="h3")
        text("Changing it signs every other browser out, and ends your API tokens.", "o-small o-3")
        label = "Change the password" if account.has_password else "Set a password"
        with plain_form("/auth/password", label, {"to": DONE}):
            if account.has_password:
                blank(
                    "Your password now",
                    "old",
                    trouble=problem.at("old"),
                    secret=True,
                    autocomplete="current-password",
                    required=True,
                )
            blank(
                "New password",
                "password",
                hint=f"At least {SHORTEST} characters.",
                trouble=problem.at("password"),
                secret=True,
                autocomplete="new-password",
                required=True,
                minlength=SHORTEST,
                maxlength=LONGEST,
            )


class _Browsers:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._sessions = frame.services.people.sessions
        self._here = session_of(frame.client)
        with el("div", "o-r"):
            text("Browsers", "o-title o-grow", tag="h3")
            button("Sign out everywhere else", on=self._end_others)
        self._box = el("div")

    async def draw(self) -> None:
        """Show them as they are now."""
        found = await self._sessions.of(self._frame.who)
        self._box.clear()
        with self._box:
            browser_list(found, self._here, self._end)

    async def _end(self, uid: str) -> None:
        await self._sessions.end(self._frame.who, uid)
        await self.draw()

    async def _end_others(self) -> None:
        await self._sessions.end_all(self._frame.who, but=self._here)
        await self.draw()


class _Elsewhere:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._federation = frame.services.people.federation
        self._box = el("div", "o-c")

    async def draw(self) -> None:
        """Show the other places that let somebody in, and those that could."""
        found = await self._federation.connections(self._frame.who)
        self._box.clear()
        self._box.set_visibility(bool(found or self._federation.titles))
        with self._box:
            text("Other ways in", "o-title", tag="h3")
            with el("div", "o-card", role="list", aria_label="Other ways in"):
                for connection in found:
                    self._line(connection)
                for name, title in self._federation.titles.items():
                    with el("div", "o-line2", role="listitem"):
                        icon("link")
                        text(title, "o-grow")
                        link("Connect", f"/auth/with/{name}?to={HOME}", "o-btn small")

    def _line(self, connection: Connection) -> None:
        with el("div", "o-line2", role="listitem"):
            icon("check_circle")
            with el("div", "o-source o-grow"):
                text(connection.title, "o-strong")
                text(f"{connection.mail} · since {clock(connection.created_at)}", "o-small o-3 o-cut")
            button("Disconnect", "small bad", on=lambda: self._disconnect(connection))

    async def _disconnect(self, connection: Connection) -> None:
        try:
            await self._federation.disconnect(self._frame.who, connection.id, address=self._frame.client.ip or "")
        except NotAllowedError as error:
            self._frame.toasts.show(str(error))
        await self.draw()


def _draw_own_data(frame: Frame, account: Account, problem: Problem) -> None:
    with el("div", "o-card pad o-c"):
        text("Your data", "o-title", tag="h3")
        text(
            "Everything that is kept about you, as JSON in a ZIP file. Keys and passwords are not part of it.",
            "o-small o-3",
        )
        with el("form", method="post", action=f"/own-data/{frame.who.uid}"), el("button", "o-btn", type="submit"):
            icon("download", "s")
            text("Take everything along", tag="span")
    with el("details", "o-card pad", open=problem.field == "delete"):
        text("Delete your account", "o-strong o-btn bad", tag="summary")
        text("Your chats, personas, keys and files are gone at once, for good.", "o-2")
        with plain_form("/auth/delete", "Delete my account for good", {}):
            if account.has_password:
                blank(
                    "Your password",
                    "old",
                    trouble=problem.at("delete"),
                    secret=True,
                    autocomplete="current-password",
                    required=True,
                )
            else:
                blank("Your user name", "handle", trouble=problem.at("delete"), autocomplete="off", required=True)
