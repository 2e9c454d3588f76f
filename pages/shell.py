"""The one page behind every address of ours: its frame stays while rooms come and go."""

from fastapi import Request
from nicegui import PageArguments, ui

from pages.frame import THEMES
from pages.workspace import Workspace
from services.wiring import Services

ROUTES = ("/", "/help", "/leaderboard", "/c/{uid}", "/settings", "/settings/{section}", "/settings/{section}/{part}")


async def shell(services: Services, request: Request) -> None:
    """Draw the frame with what the address asks for, already in the first answer; 404 for what is not there."""
    who = services.person
    client = ui.context.client
    theme = await services.preferences.get(who, "theme", "auto")
    client.page.dark = THEMES.get(theme)
    workspace = Workspace(services, who, theme=theme)
    if not await workspace.go(request.url.path):
        client.status_code = 404

    async def walk(to: PageArguments) -> None:
        path = f"{to.path.rstrip('/')}/{to.remaining_path.lstrip('/')}"
        await workspace.go(path)

    ui.sub_pages(dict.fromkeys(ROUTES, walk), show_404=False).classes("o-hidden")
