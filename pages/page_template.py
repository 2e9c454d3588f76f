"""The frame of every page's HTML, in which our own inline scripts show the word that lets them run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from jinja2 import BaseLoader, Environment, TemplateNotFound
from nicegui.client import templates
from typing_extensions import override

TEMPLATE: Final = "index.html"
NONCE: Final = '<script nonce="{{ request.scope.state.nonce }}"'
HEAD: Final = "{{ head_html | safe }}"
MARKED_HEAD: Final = (
    "{{ head_html | replace('<script', '<script nonce=\"' ~ request.scope.state.nonce ~ '\"') | safe }}"
)


class _Nonced(BaseLoader):
    """NiceGUI's template, each of its scripts marked; what people and providers write is filled in later."""

    def __init__(self, inner: BaseLoader) -> None:
        self._inner = inner

    @override
    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, fresh = self._inner.get_source(environment, template)
        if template == TEMPLATE:
            source = source.replace("<script", NONCE).replace(HEAD, MARKED_HEAD)
        return source, name, fresh


def mark_scripts() -> None:
    """Let browsers run the page's own inline scripts, and no others."""
    loader = templates.env.loader
    if loader is None:
        raise TemplateNotFound(TEMPLATE)
    if not isinstance(loader, _Nonced):
        templates.env.loader = _Nonced(loader)
