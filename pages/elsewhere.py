"""The way to another place that says who somebody is, and back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pages.callers import address_of, agent_of, own_path
from pages.cookies import AWAY, Cookies
from pages.problems import REFUSALS, as_query
from pages.visits import visit_of
from services.chats.conversations import NotThereError
from services.people.person import Person
from services.people.sessions import Stage
from services.people.vouching import NotVouchedError
from services.wiring import Services


def elsewhere(services: Services) -> APIRouter:
    """Return the routes ``/auth/with/<name>``, which leads away, and ``/auth/back/<name>``, which is come back to."""
    router = APIRouter(include_in_schema=False)
    federation, sign_in = services.people.federation, services.people.sign_in
    cookies, url = Cookies(services.settings), services.settings.url.rstrip("/")

    @router.get("/auth/with/{name}")
    async def leave(name: str, request: Request) -> Response:
        back = f"{url or str(request.base_url).rstrip('/')}/auth/back/{name}"
        to, token = own_path(request.query_params.get("to", "/")), request.query_params.get("token", "")
        try:
            departure = await federation.depart(name, back=back, to=to, token=token, who=_leaver(request))
        except NotThereError:
            return Response(status_code=404)
        except REFUSALS as error:
            return RedirectResponse(f"{_home(request)}?{as_query(error)}", 303)
        response = RedirectResponse(departure.location, 303)
        cookies.depart(response, request, departure.browser)
        return response

    @router.get("/auth/back/{name}")
    async def come_back(name: str, request: Request) -> Response:
        who, address = visit_of(request).person, address_of(request)
        try:
            found = await federation.come_back(
                name,
                request.query_params,
                browser=request.cookies.get(AWAY, ""),
                who=who,
                address=address,
            )
        except NotThereError:
            return Response(status_code=404)
        except REFUSALS as error:
            await services.people.audit.note(who, "not vouched for", name, address=address, details=str(error))
            return RedirectResponse(f"{_home(request)}?{as_query(error)}", 303)
        if who:
            return RedirectResponse(found.to, 303)
        entrance = await sign_in.begin(found.who, address=address, agent=agent_of(request))
        response = RedirectResponse(found.to if entrance.stage is Stage.OPEN else "/sign-in/code", 303)
        cookies.enter(response, request, entrance.secret)
        return response

    return router


def _leaver(request: Request) -> Person | None:
    """Return who is in already; another site's page must not have them connect an account that is its own."""
    who = visit_of(request).person
    if who and request.state.foreign:
        raise NotVouchedError("This was begun by another site.")
    return who


def _home(request: Request) -> str:
    return "/settings/security" if visit_of(request).person else "/sign-in"
