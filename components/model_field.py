"""A model's name, written, with a few suggestions below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from components.fields import Field
from components.pieces import el, text
from services.models.written import UnreadableError

MOST = 5


class ModelField(Field):
    """A field for ``source/model``, or for nothing; ``known`` returns names that may be suggested."""

    def __init__(self, value: str, known: Callable[[], Sequence[str]], changed: Callable[[], object]) -> None:
        super().__init__(
            "Model",
            "The lane gets this model when it puts the persona on. Left empty, it keeps its own.",
            value=value,
            placeholder="provider/model",
        )
        self._known = known
        self._changed = changed
        with self.box:
            self._row = el("div", "o-suggestions")
        self.input.on_value_change(self._suggest)
        self.input.on("blur", changed)

    def read(self) -> str:
        """Return the model's name; raise ``UnreadableError`` for what cannot be one."""
        source, _, name = self.value.partition("/")
        if (self.value and not (source and name)) or " " in self.value:
            raise UnreadableError("Write it as provider/model, or leave it empty.")
        return self.value

    def _suggest(self) -> None:
        self.complain("")
        words = self.value.lower().split()
        fitting = [model for model in self._known() if all(word in model.lower() for word in words)]
        self._row.clear()
        if not words or fitting == [self.value]:
            return
        with self._row:
            for model in fitting[:MOST]:
                with el("button", "o-chip", type="button") as chip:
                    text(model, "o-cut", tag="span")
                chip.on("click", partial(self._choose, model))

    def _choose(self, model: str) -> object:
        self.input.set_value(model)
        self._row.clear()
        return self._changed()
