"""The one page behind ``/``, ``/c/<id>`` and ``/help``: its frame stays while conversations come and go."""

from fastapi import Request
from nicegui import PageArguments, ui

from pages.workspace import Workspace
from services.wiring import Services

DARK = {"auto": None, "light": False, "dark": True}


async def shell(services: Services, request: Request) -> None:
    """Draw the frame with what the address asks for, already in the first answer; 404 for what is not there."""
    who = services.person
    client = ui.context.client
    theme = await services.preferences.get(who, "theme", "auto")
    client.page.dark = DARK.get(theme)
    workspace = Workspace(services, who, theme=theme)
    if not await _go(workspace, request.url.path):
        client.status_code = 404

    async def walk(to: PageArguments) -> None:
        path = f"{to.path.rstrip('/')}/{to.remaining_path.lstrip('/')}"
        await _go(workspace, path)

    ui.sub_pages({"/": walk, "/help": walk, "/c/{uid}": walk}, show_404=False).classes("o-hidden")


async def _go(workspace: Workspace, path: str) -> bool:
    """Show what belongs at ``path``; return whether anything does."""
    if path.strip("/") == "help":
        return await workspace.help()
    return await workspace.open(_uid_in(path))


def _uid_in(path: str) -> str | None:
    """Return the conversation's uid, nothing for the blank one at ``/``, an empty one for any other address."""
    path = path.strip("/")
    if not path:
        return None
    head, _, uid = path.partition("/")
    return uid if head == "c" else ""
