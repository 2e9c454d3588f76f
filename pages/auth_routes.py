"""Where the forms of the way in are sent to; each answers by leading to another page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pages.callers import address_of, agent_of, own_path
from pages.cookies import Cookies
from pages.problems import REFUSALS, as_query
from pages.visits import visitor
from services.people.accounts import WrongPasswordError
from services.people.person import Person
from services.people.sessions import Stage
from services.people.sign_in import Entrance
from services.wiring import Services

Form: TypeAlias = dict[str, str]
Step: TypeAlias = Callable[[Form, Request], Awaitable[Entrance]]
FIELDS: Final = 12
OPEN_TO_ALL: Final = ("login", "handle", "name", "mail")  # fields that hold no secret


def auth_routes(services: Services) -> APIRouter:
    """Return the routes ``/auth/…`` for signing in and out, and for making accounts."""
    router = APIRouter(include_in_schema=False)
    desk = _Desk(services)
    for path, back, step in (
        ("/auth/sign-in", "/sign-in", desk.sign_in),
        ("/auth/code", "/sign-in/code", desk.show_code),
        ("/auth/set-up", "/set-up", desk.set_up),
        ("/auth/join", "/join", desk.join),
        ("/auth/reset", "/reset", desk.reset),
        ("/auth/password", "/settings/security", desk.change_password),
    ):
        router.add_api_route(path, desk.answering(step, back), methods=["POST"])
    router.add_api_route("/auth/sign-out", desk.sign_out, methods=["POST"])
    router.add_api_route("/auth/delete", desk.delete, methods=["POST"])
    return router


class _Desk:
    def __init__(self, services: Services) -> None:
        self._people = services.people
        self._cookies = Cookies(services.settings)

    def answering(self, step: Step, back: str) -> Callable[[Request], Awaitable[Response]]:
        """Return a route that takes ``step``, or leads ``back`` with what went wrong."""

        async def answer(request: Request) -> Response:
            form = await _form(request)
            try:
                entrance = await step(form, request)
            except REFUSALS as error:
                response: Response = RedirectResponse(f"{back}?{as_query(error)}{_carried(form)}", 303)
                self._cookies.remember(response, request, {name: form.get(name, "") for name in OPEN_TO_ALL})
                return response
            response = RedirectResponse(_next(entrance, form), 303)
            self._cookies.enter(response, request, entrance.secret)
            return response

        return answer

    async def sign_in(self, form: Form, request: Request) -> Entrance:
        login, password = form.get("login", ""), form.get("password", "")
        former = self._cookies.secret(request)
        entrance = await self._people.sign_in.by_password(
            login, password, address=address_of(request), agent=agent_of(request)
        )
        await self._people.sign_in.out(former, address=address_of(request))
        return entrance

    async def show_code(self, form: Form, request: Request) -> Entrance:
        return await self._people.sign_in.by_code(
            self._cookies.secret(request), form.get("code", ""), address=address_of(request), agent=agent_of(request)
        )

    async def set_up(self, form: Form, request: Request) -> Entrance:
        who = await self._people.joining.set_up(form.get("token", "").strip(), **_newcomer(form, request))
        return await self._begin(who, request)

    async def join(self, form: Form, request: Request) -> Entrance:
        joining, token = self._people.joining, form.get("token", "").strip()
        newcomer = _newcomer(form, request)
        who = await (joining.join(token, **newcomer) if token else joining.register(**newcomer))
        return await self._begin(who, request)

    async def reset(self, form: Form, request: Request) -> Entrance:
        token, password = form.get("token", "").strip(), form.get("password", "")
        who = await self._people.joining.reset(token, password, address=address_of(request))
        return await self._begin(who, request)

    async def change_password(self, form: Form, request: Request) -> Entrance:
        who = visitor(request)
        await self._people.sign_in.change_password(
            who, form.get("old", ""), form.get("password", ""), address=address_of(request)
        )
        return await self._begin(who, request, proved=True)

    async def sign_out(self, request: Request) -> Response:
        await self._people.sign_in.out(self._cookies.secret(request), address=address_of(request))
        response = RedirectResponse("/sign-in", 303)
        self._cookies.leave(response)
        return response

    async def delete(self, request: Request) -> Response:
        """Forget whoever asks for it, and shows the password; those who have none write their user name."""
        form = await _form(request)
        try:
            who = visitor(request)
            account = await self._people.accounts.named(who, who.uid)
            await self._people.sign_in.prove_again(who, form.get("old", ""))
            if not account.has_password and form.get("handle", "").strip() != who.handle:
                raise WrongPasswordError("That is not your user name.")
            await self._people.accounts.delete(who, who.uid, address=address_of(request))
        except REFUSALS as error:
            refused = "problem=delete" if isinstance(error, WrongPasswordError) else as_query(error)
            return RedirectResponse(f"/settings/security?{refused}", 303)
        response = RedirectResponse("/sign-in", 303)
        self._cookies.leave(response)
        return response

    async def _begin(self, who: Person, request: Request, *, proved: bool = False) -> Entrance:
        return await self._people.sign_in.begin(
            who, address=address_of(request), agent=agent_of(request), proved=proved
        )


async def _form(request: Request) -> Form:
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _newcomer(form: Form, request: Request) -> dict[str, str]:
    fields = {name: form.get(name, "") for name in ("handle", "name", "mail", "password")}
    return {**fields, "address": address_of(request)}


def _carried(form: Form) -> str:
    """Return what the form that is shown again needs beside what was typed: where to go, and the link's secret."""
    kept = {name: form[name] for name in ("to", "token", "with") if form.get(name)}
    return f"&{urlencode(kept)}" if kept else ""


def _next(entrance: Entrance, form: Form) -> str:
    to = own_path(form.get("to", "/"))
    if entrance.stage is Stage.OPEN:
        return to
    return "/sign-in/code" if to == "/" else f"/sign-in/code?{urlencode({'to': to})}"
