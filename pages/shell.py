"""The one page behind every address of ours: its frame stays while rooms come and go."""

from collections.abc import Coroutine
from dataclasses import replace

from fastapi import Request, Response
from nicegui import PageArguments, ui

from components.local_time import keep_zone
from pages.callers import address_of
from pages.frame import THEMES
from pages.visits import visit_of
from pages.workspace import Workspace
from services.wiring import Services

PARTS = ("", "/{section}", "/{section}/{part}")
ROOMS = ("/settings", "/admin")
ROUTES = ("/", "/help", "/leaderboard", "/c/{uid}", *(f"{room}{part}" for room in ROOMS for part in PARTS))


async def shell(services: Services, request: Request) -> Response | None:
    """Draw the frame with what the address asks for, already in the first answer; 404 for what is not there.

    Nobody in particular comes here only by a file that is missing.
    """
    who = visit_of(request).person
    if who is None:
        return Response(status_code=404)
    who = replace(who, address=address_of(request))
    client = ui.context.client
    keep_zone(client, who.time_zone)
    theme = await services.preferences.get(who, "theme", "auto")
    client.page.dark = THEMES.get(theme)
    workspace = Workspace(services, who, theme=theme)
    if not await workspace.go(request.url.path, _models(request.query_params.get("models"))):
        client.status_code = 404

    drawn = False

    def walk(to: PageArguments) -> Coroutine[object, object, bool] | None:
        if not drawn:
            return None  # the first address is asked for at once, and its room stands already
        path = f"{to.path.rstrip('/')}/{to.remaining_path.lstrip('/')}"
        return workspace.go(path, _models(to.query_parameters.get("models")))

    ui.sub_pages(dict.fromkeys(ROUTES, walk), show_404=False).classes("o-hidden")
    drawn = True
    return None


def _models(named: str | None) -> list[str]:
    """Return the models that an address names: ``?models=groq/a,openai/b``."""
    return [model for each in (named or "").split(",") if (model := each.strip())]
