"""Where requests come from, and where they may lead."""

from __future__ import annotations

from fastapi import Request


def address_of(request: Request) -> str:
    """Return the address that a request comes from."""
    return request.client.host if request.client else ""


def agent_of(request: Request) -> str:
    """Return what a browser says that it is."""
    return request.headers.get("user-agent", "")


def own_path(text: str) -> str:
    """Return ``text`` if it leads to a page of ours, else where everything begins."""
    fine = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isascii()
    return text if fine and text.isprintable() else "/"
