"""The pages of the way in: sign in, the code, the first account, joining, a new password."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from components.gate import alternatively, aside, blank, door, gate, plain_form
from components.pieces import text
from pages.callers import own_path
from pages.cookies import typed_before
from pages.problems import Problem, problem_in
from pages.visits import visit_of
from services.people.invitations import LinkOverError, Purpose
from services.people.passwords import LONGEST, SHORTEST
from services.people.sessions import Stage
from services.wiring import Services

GOOD = f"At least {SHORTEST} characters. A few words in a row are good."

PHONE = ("Six digits, please", "From your authenticator app.")
PAPER = ("A recovery code, please", "Each works once.")


def add_entrance(services: Services) -> None:
    """Add the pages that strangers reach."""
    entrance = _Entrance(services)
    for path, title, draw in (
        ("/sign-in", "Sign in", entrance.sign_in),
        ("/sign-in/code", "Your code", entrance.code),
        ("/set-up", "Set up", entrance.set_up),
        ("/join", "Join", entrance.join),
        ("/reset", "New password", entrance.reset),
    ):
        ui.page(path, title=f"{title} · OmniChat", dark=None)(draw)


class _Entrance:
    def __init__(self, services: Services) -> None:
        self._people = services.people
        self._name = services.settings.address.partition("://")[2]

    async def sign_in(self, request: Request) -> Response | None:
        if await self._people.joining.needs_set_up():
            return RedirectResponse("/set-up", 303)
        to = own_path(request.query_params.get("to", "/"))
        if visit_of(request).person:
            return RedirectResponse(to, 303)
        problem, typed = _problem(request), typed_before(request)
        with gate("Welcome back", self._name, problem.at("")):
            with plain_form("/auth/sign-in", "Sign in", {"to": to}):
                login = typed.get("login", "") if problem.words else ""
                blank(
                    "User name or mail",
                    "login",
                    value=login,
                    autocomplete="username",
                    required=True,
                    autofocus=not login,
                )
                blank(
                    "Password",
                    "password",
                    secret=True,
                    autocomplete="current-password",
                    required=True,
                    autofocus=bool(login),
                )
            self._elsewhere({"to": to})
            if await self._people.joining.is_open():
                aside("Make an account", "/join")
            text("Forgot the password? Ask an admin for a link.", "o-small o-3 o-said-below")
        return None

    async def code(self, request: Request) -> Response | None:
        to = own_path(request.query_params.get("to", "/"))
        if visit_of(request).stage is not Stage.SECOND_FACTOR:
            return RedirectResponse("/sign-in", 303)
        problem, paper = _problem(request), request.query_params.get("with") == "paper"
        carried = {"to": to, **({"with": "paper"} if paper else {})}
        with gate(*(PAPER if paper else PHONE), problem.at("")):
            with plain_form("/auth/code", "Sign in", carried):
                made = blank(
                    "Recovery code" if paper else "Code",
                    "code",
                    trouble=problem.at("code"),
                    autocomplete="off" if paper else "one-time-code",
                    inputmode=None if paper else "numeric",
                    maxlength=30 if paper else 7,
                    required=True,
                    autofocus=True,
                )
                made.classes("" if paper else "o-digits")
            other = {"to": to} if paper else {"to": to, "with": "paper"}
            aside("Use the app" if paper else "Use a recovery code", f"/sign-in/code?{urlencode(other)}")
        return None

    async def set_up(self, request: Request) -> Response | None:
        if not await self._people.joining.needs_set_up():
            _over("OmniChat is set up already", "Sign in with your account.")
            return None
        problem, token = _problem(request), request.query_params.get("token", "")
        with (
            gate("Set up OmniChat", "The first account is its owner.", problem.at("")),
            plain_form("/auth/set-up", "Create account and open OmniChat", {}),
        ):
            hint = "Printed where the server was started."
            blank(
                "Set-up token",
                "token",
                value=token,
                hint=hint,
                autocomplete="off",
                required=True,
                autofocus=not token,
            )
            _describe_yourself(problem, _typed(request, problem), focus=bool(token))
        return None

    async def join(self, request: Request) -> Response | None:
        token = request.query_params.get("token", "")
        mail = ""
        if token:
            try:
                mail = (await self._people.invitations.find(token, Purpose.INVITE)).mail
            except LinkOverError as error:
                _over("That link does not work any more", str(error))
                return None
        elif not await self._people.joining.is_open():
            _over("You need an invitation", "Accounts are made by invitation here. Ask an admin for one.")
            return None
        problem = _problem(request)
        with gate("Join OmniChat", self._name, problem.at("")):
            with plain_form("/auth/join", "Create account", {"token": token} if token else {}):
                _describe_yourself(problem, {"mail": mail, **_typed(request, problem)}, focus=True)
            self._elsewhere({"token": token} if token else {})
            aside("I have an account", "/sign-in")
        return None

    async def reset(self, request: Request) -> Response | None:
        token = request.query_params.get("token", "")
        try:
            about = (await self._people.invitations.find(token, Purpose.RESET)).person
        except LinkOverError as error:
            _over("That link does not work any more", str(error))
            return None
        problem = _problem(request)
        with (
            gate("A new password", about.handle if about else "", problem.at("")),
            plain_form("/auth/reset", "Set the password and sign in", {"token": token}),
        ):
            _new_password(problem, focus=True)
        return None

    def _elsewhere(self, carried: Mapping[str, str]) -> None:
        """Draw the ways in from other places."""
        if titles := self._people.federation.titles:
            alternatively()
        for name, title in titles.items():
            door(f"Continue with {title}", f"/auth/with/{name}?{urlencode(carried)}", "login")


def _problem(request: Request) -> Problem:
    problem = problem_in(request.query_params)
    ui.context.client.status_code = problem.status
    return problem


def _typed(request: Request, problem: Problem) -> dict[str, str]:
    return typed_before(request) if problem.words else {}


def _describe_yourself(problem: Problem, typed: Mapping[str, str], *, focus: bool) -> None:
    """Draw the fields of a new account."""
    begin, again = focus and not problem.field, problem.field == "password"
    blank(
        "Your name",
        "name",
        value=typed.get("name", ""),
        hint="Not needed. How others see you.",
        autocomplete="name",
        maxlength=80,
        autofocus=begin,
    )
    blank(
        "User name",
        "handle",
        value=typed.get("handle", ""),
        hint="For signing in. Letters and digits.",
        trouble=problem.at("handle"),
        autocomplete="username",
        required=True,
        maxlength=40,
        autofocus=problem.field == "handle",
    )
    blank(
        "Mail",
        "mail",
        value=typed.get("mail", ""),
        hint="Not needed.",
        trouble=problem.at("mail"),
        autocomplete="email",
        inputmode="email",
        maxlength=254,
        autofocus=problem.field == "mail",
    )
    _new_password(problem, focus=again)


def _new_password(problem: Problem, *, focus: bool = False) -> None:
    blank(
        "Password",
        "password",
        hint=GOOD,
        trouble=problem.at("password"),
        secret=True,
        autocomplete="new-password",
        required=True,
        minlength=SHORTEST,
        maxlength=LONGEST,
        autofocus=focus,
    )


def _over(title: str, words: str) -> None:
    """Say that there is nothing to do here."""
    ui.context.client.status_code = 404
    with gate(title, words):
        door("Sign in", "/sign-in", "login")
