"""In which form an answer comes: words, JSON, or JSON that fits a schema."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from components.fields import Area
from components.parameter_words import as_json
from components.pieces import el, text
from components.segmented import Segmented
from omnichat.ranges import Format
from services.models.parameters import Parameters
from services.models.written import UnreadableError, schema

FORMS = {"": "Text", "object": "JSON", "schema": "JSON schema"}
EXAMPLE = '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}'
IN_WORDS = "This model's provider has no such switch, so it is asked for in words."


class FormatField:
    """A choice, and room for a schema below it."""

    def __init__(self, parameters: Parameters, defaults: Parameters, changed: Callable[[], object]) -> None:
        self._default = defaults
        self._kept: Collection[Format] = ()
        self._changed = changed
        whole = parameters.over(defaults)
        with el("div", "o-further-fields") as self.box:
            with el("div", "o-field"):
                text("Answer in", "o-label")
                self._form = Segmented("Answer in", FORMS, _form(whole), self._choose)
                self._note = text("", tag="small")
            self.area = Area("JSON schema", value=as_json(whole.schema), placeholder=EXAMPLE, code=True)
        self.area.input.on_value_change(self._written)
        self._show()

    def keep_to(self, forms: Collection[Format]) -> None:
        """Tell which forms the provider itself keeps to."""
        self._kept = forms
        self._show()

    def empty(self) -> None:
        """Go back to words."""
        self._form.set("")
        self._show()

    def read(self) -> dict[str, Any]:
        """Return what differs from the default, as ``json`` and ``schema``; raise ``UnreadableError``."""
        form = self._form.value
        wanted = schema(self.area.value) if form == "schema" else {}
        if form == "schema" and not wanted:
            raise UnreadableError("Write a schema, or choose JSON for any object.")
        if form == _form(self._default) and wanted == self._default.schema:
            return {"json": None, "schema": {}}
        return {"json": None if wanted else form == "object", "schema": wanted}

    def _choose(self) -> None:
        self._show()
        self._changed()

    def _written(self) -> None:
        self.area.complain("")
        self._changed()

    def _show(self) -> None:
        form = self._form.value
        self._note.set_text(IN_WORDS if form and form not in self._kept else "")
        self._note.set_visibility(bool(self._note.text))
        self.area.box.set_visibility(form == "schema")


def _form(parameters: Parameters) -> str:
    if parameters.schema:
        return "schema"
    return "object" if parameters.json else ""
