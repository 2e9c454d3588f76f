"""How a model is asked, as fields: what it takes, in the ranges it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from components.fields import Area, Field
from components.format_field import FormatField
from components.parameter_words import LEVELS, Words, as_json, short, written
from components.pieces import el, icon, text, tool
from components.segmented import Segmented
from components.slide import Slide
from omnichat.messages import Effort
from omnichat.ranges import Limits, Range
from services.fitting import TITLES, not_taken, refusals
from services.parameters import Parameters
from services.written import UnreadableError, json_object, lines, number, whole_number

HOTTEST: Final = 2.0  # where the line of a temperature ends that has no end
LENGTHS: Final = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)  # tokens
RESTING: Final = {"temperature": 1.0, "top_p": 1.0, "frequency_penalty": 0.0, "presence_penalty": 0.0}
IN_SIGHT: Final = {"temperature", "max_tokens", "system_prompt"}
EXTRA: Final = 'A JSON object that goes into the request as it is, such as {"metadata": {"team": "blue"}}.'


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is read of a field, by name; None for the field of something that can always be read."""

    read: Callable[[], dict[str, Any]]
    field: Field | None


class ParameterFields:
    """Fields for ``parameters``; what is left empty is as in ``defaults``, or left to the model.

    ``limits`` says what the model takes while it thinks so much; ``changed`` is told of every change.
    """

    def __init__(
        self,
        parameters: Parameters,
        defaults: Parameters,
        *,
        limits: Callable[[Effort | None], Awaitable[Limits]],
        words: Words,
        changed: Callable[[], object],
    ) -> None:
        self._kept = parameters
        self._defaults = defaults
        self._find_limits = limits
        self._words = words
        self._changed = changed
        self._limits = Limits(takes=frozenset())
        self._entries: dict[str, _Entry] = {}
        self._effort: Segmented | None = None
        self._root = el("div", "o-parameters")

    async def draw(self) -> None:
        """Show fields for what the model takes now."""
        self._limits = await self._find_limits(self._kept.effort or self._defaults.effort)
        self._entries.clear()
        self._root.clear()
        with self._root:
            self._draw_missing()
            if self._words.first:
                self._draw_instructions()
            self._draw_slide("temperature", 0.05)
            self._draw_length()
            self._draw_effort()
            if not self._words.first:
                self._draw_instructions()
            with el("details", "o-more") as self._more:
                with el("summary", "o-more-title"):
                    text("More", tag="span")
                    icon("expand_more", "s")
                with el("div", "o-more-fields"):
                    self._draw_more()

    @property
    def so_far(self) -> Parameters:
        """What is set, without whatever cannot be read yet."""
        values: dict[str, Any] = {}
        for entry in self._entries.values():
            try:
                values |= entry.read()
            except UnreadableError:
                continue
        return replace(self._kept, **values)

    def read(self, *, leading: bool = True) -> Parameters | None:
        """Return what is set, or nothing after saying in its place what is wrong, and ``leading`` there."""
        wrong: dict[str, str] = {}
        for name, entry in self._entries.items():
            try:
                entry.read()
            except UnreadableError as error:
                wrong[name] = str(error)
        parameters = self.so_far
        wrong = refusals(parameters, self._limits) | wrong
        fields = {name: entry.field for name, entry in self._entries.items() if entry.field}
        for name, field in fields.items():
            field.complain(wrong.get(name, ""))
        first = next((name for name in fields if name in wrong), "")
        if first and leading:
            if first not in IN_SIGHT:
                self._more.run_method("setAttribute", "open", "")
            fields[first].focus()
        return None if first else parameters

    def _draw_missing(self) -> None:
        """Name what is set though the model takes none of it, and let the person take it away."""
        lacking = ["effort"] if "effort" in refusals(self._kept, self._limits) else []
        for name in not_taken(self._kept, self._limits) + lacking:
            told = self._kept.told()[name]
            with el("div", "o-note o-missing"):
                text(f"{TITLES[name]} ({short(told)}) is not taken by this model.", "o-grow")
                tool("close", f"Take {TITLES[name]} away", "tight", on=partial(self._forget, name))

    async def _forget(self, name: str) -> None:
        self._kept = replace(self.so_far, **{name: getattr(Parameters(), name)})
        await self.draw()
        self._changed()

    def _draw_slide(self, name: str, step: float) -> None:
        span = self._limits.ranges.get(name)
        if span is None:
            return
        most = HOTTEST if span.most is None else span.most
        steps = [round(span.least + step * count, 4) for count in range(round((most - span.least) / step) + 1)]
        self._add(
            name,
            Slide(
                TITLES[name],
                steps,
                value=written(getattr(self._kept, name)),
                placeholder=self._unset(name),
                changed=self._changed,
                resting=RESTING[name],
            ),
            lambda field: {name: number(field.value, span)},
        )

    def _draw_length(self) -> None:
        span = self._limits.ranges.get("max_tokens")
        if span is None:
            return
        most = int(span.most or LENGTHS[-1])
        steps = [*(length for length in LENGTHS if length < most), most]
        field = Slide(
            f"{TITLES['max_tokens']}, in tokens",
            steps,
            value=written(self._kept.max_tokens),
            placeholder=self._unset("max_tokens"),
            changed=self._changed,
            resting=most,
        )
        self._add("max_tokens", field, lambda field: {"max_tokens": whole_number(field.value, span)})

    def _draw_effort(self) -> None:
        self._effort = None
        levels = self._limits.efforts
        if not levels:
            return
        known: dict[str, str] = {level: LEVELS[level] for level in levels}
        if set(levels) == {"none", "medium"}:
            known["medium"] = "On"
        default = self._defaults.effort
        with el("div", "o-field"):
            text(TITLES["effort"], "o-label")
            offered = {"": f"Default ({known[default].lower()})" if default in known else "Default", **known}
            self._effort = Segmented("Thinking", offered, self._kept.effort or "", self._think)

    async def _think(self) -> None:
        """Some models take other parameters while they think."""
        assert self._effort
        chosen = next((level for level in self._limits.efforts if level == self._effort.value), None)
        self._kept = replace(self.so_far, effort=chosen)
        before = self._limits.takes
        limits = await self._find_limits(self._kept.effort or self._defaults.effort)
        if limits.takes != before:
            await self.draw()
            assert self._effort
            self._effort.focus()
        self._changed()

    def _draw_instructions(self) -> None:
        default = self._defaults.system_prompt
        field = Area(
            self._words.label,
            f"Left empty, your default goes: {short(default)}" if default else self._words.hint,
            value=self._kept.system_prompt,
            placeholder=self._words.example,
        )
        field.input.on_value_change(self._changed)
        self._add("system_prompt", field, lambda field: {"system_prompt": field.value})

    def _draw_more(self) -> None:
        self._draw_slide("top_p", 0.05)
        self._draw_slide("frequency_penalty", 0.1)
        self._draw_slide("presence_penalty", 0.1)
        if span := self._limits.ranges.get("seed"):
            self._draw_seed(span)
        if "stop" in self._limits.takes:
            self._draw_stops()
        self._draw_format()
        if "web_search" in self._limits.takes:
            self._draw_search()
        extra = Area(TITLES["extra"], EXTRA, value=as_json(self._kept.extra), code=True)
        extra.input.on_value_change(partial(self._touched, extra))
        self._add("extra", extra, lambda field: {"extra": json_object(field.value)})

    def _draw_seed(self, span: Range) -> None:
        field = Field(
            TITLES["seed"],
            "The same seed makes answers more alike.",
            value=written(self._kept.seed, grouped=False),
            placeholder=self._unset("seed"),
        )
        field.input.on_value_change(partial(self._touched, field))
        self._add("seed", field, lambda field: {"seed": whole_number(field.value, span)})

    def _draw_stops(self) -> None:
        most = self._limits.stops
        field = Area(
            TITLES["stop"],
            f"One text a line{f', {most} at most' if most else ''}; the answer ends before the first that comes up.",
            value="\n".join(each.replace("\n", "\\n") for each in self._kept.stop),
            placeholder=", ".join(self._defaults.stop) and self._unset("stop"),
        )
        field.input.on_value_change(partial(self._touched, field))
        self._add("stop", field, lambda field: {"stop": lines(field.value, most)})

    def _draw_format(self) -> None:
        made = FormatField(self._kept, self._defaults, self._limits.formats, self._changed)
        self._add("schema", made.area, lambda _: made.read())

    def _draw_search(self) -> None:
        default = bool(self._defaults.web_search)
        on = default if self._kept.web_search is None else self._kept.web_search
        with el("div", "o-field o-beside"):
            text(TITLES["web_search"], "o-label o-grow")
            search = Segmented(TITLES["web_search"], {"": "Off", "on": "On"}, "on" if on else "", self._changed)

        def read() -> dict[str, Any]:
            wanted = bool(search.value)
            return {"web_search": None if wanted == default else wanted}

        self._entries["web_search"] = _Entry(read, None)

    def _touched(self, field: Field) -> None:
        field.complain("")
        self._changed()

    def _add(self, name: str, field: Field, read: Callable[[Field], dict[str, Any]]) -> None:
        self._entries[name] = _Entry(lambda: read(field), field)

    def _unset(self, name: str) -> str:
        default = getattr(self._defaults, name)
        return f"{short(default)}, your default" if default not in (None, ()) else "Left to the model"
