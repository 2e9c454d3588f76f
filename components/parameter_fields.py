"""How a model is asked, as fields: what it takes, in the ranges it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from nicegui.element import Element

from components.fields import Area, Field
from components.format_field import FormatField
from components.parameter_words import LEVELS, Words, as_json, short, written
from components.pieces import el, icon, text, tool
from components.segmented import Segmented
from components.slide import Slide
from omnichat.messages import Effort
from omnichat.ranges import USUAL, Limits, Range
from services.models.fitting import TITLES, not_taken, refusals
from services.models.parameters import Parameters
from services.models.written import UnreadableError, json_object, lines, number, whole_number

HOTTEST: Final = 2.0  # where the line of a temperature ends that has no end
LENGTHS: Final = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)  # tokens
STEPS: Final = {"temperature": 0.05, "top_p": 0.05, "frequency_penalty": 0.1, "presence_penalty": 0.1}
RESTING: Final = {"temperature": 1.0, "top_p": 1.0}
IN_SIGHT: Final = {"temperature", "max_tokens", "system_prompt"}
ALWAYS: Final = {"system_prompt", "schema", "extra"}
ANY: Final = Range(float("-inf"))
EXTRA: Final = 'A JSON object that goes into the request as it is, such as {"metadata": {"team": "blue"}}.'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What is read of a field, by name, and where it stands; ``empty`` takes away what is written."""

    read: Callable[[], dict[str, Any]]
    box: Element
    empty: Callable[[], object]
    field: Field | None = None


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
        self._given = parameters
        self._defaults = defaults
        self._find_limits = limits
        self._words = words
        self._changed = changed
        self._limits = Limits(takes=frozenset())
        self._level = parameters.effort
        self._levels: tuple[Effort, ...] = ()
        self._entries: dict[str, _Entry] = {}
        self._slides: dict[str, Slide] = {}
        with el("div", "o-parameters"):
            self._missing = el("div", "o-parameters")
            if words.first:
                self._add_instructions()
            self._add_slide("temperature")
            self._add_length()
            self._effort = el("div", "o-field")
            self._effort.set_visibility(False)
            if not words.first:
                self._add_instructions()
            with el("details", "o-further") as self._more:
                with el("summary", "o-further-title"):
                    text("More", tag="span")
                    icon("expand_more", "s")
                with el("div", "o-further-fields"):
                    self._add_more()

    async def follow(self) -> None:
        """Offer what the model takes now; what is written stays."""
        self._limits = await self._find_limits(self._level or self._defaults.effort)
        for name, entry in self._entries.items():
            entry.box.set_visibility(name in ALWAYS or name in self._limits.takes)
        for name, slide in self._slides.items():
            if span := self._limits.ranges.get(name):
                slide.lead(_steps(name, span))
        self._stops.help(_stops_words(self._limits.stops))
        self._format.keep_to(self._limits.formats)
        self._show_levels()
        self._show_missing()

    @property
    def so_far(self) -> Parameters:
        """What is set, without whatever cannot be read yet."""
        values: dict[str, Any] = {"effort": self._level}
        for entry in self._entries.values():
            try:
                values |= entry.read()
            except UnreadableError:
                continue
        return Parameters(**values)

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
        fields = {name: entry.field for name, entry in self._entries.items() if entry.field and entry.box.visible}
        for name, field in fields.items():
            field.complain(wrong.get(name, ""))
        first = next((name for name in fields if name in wrong), "")
        if first and leading:
            if first not in IN_SIGHT:
                self._more.run_method("setAttribute", "open", "")
            fields[first].focus()
        return None if first else parameters

    def _add_slide(self, name: str) -> None:
        slide = Slide(
            TITLES[name],
            _steps(name, USUAL[name]),
            value=written(getattr(self._given, name)),
            placeholder=self._unset(name),
            changed=self._changed,
            resting=RESTING.get(name, 0.0),
        )
        self._slides[name] = slide
        self._add(name, slide, lambda: {name: number(slide.value, self._span(name))})

    def _add_length(self) -> None:
        slide = Slide(
            f"{TITLES['max_tokens']}, in tokens",
            LENGTHS,
            value=written(self._given.max_tokens),
            placeholder=self._unset("max_tokens"),
            changed=self._changed,
            resting=float("inf"),
        )
        self._slides["max_tokens"] = slide
        self._add("max_tokens", slide, lambda: {"max_tokens": whole_number(slide.value, self._span("max_tokens"))})

    def _add_instructions(self) -> None:
        default, words = self._defaults.system_prompt, self._words
        hint = f"Left empty, your default goes: {short(default)}" if default else words.hint
        field = Area(words.label, hint, value=self._given.system_prompt, placeholder=words.example)
        self._add("system_prompt", field, lambda: {"system_prompt": field.value})

    def _add_more(self) -> None:
        for name in ("top_p", "frequency_penalty", "presence_penalty"):
            self._add_slide(name)
        seed = Field(
            TITLES["seed"],
            "The same seed makes answers more alike.",
            value=written(self._given.seed, grouped=False),
            placeholder=self._unset("seed"),
        )
        self._add("seed", seed, lambda: {"seed": whole_number(seed.value, self._span("seed"))})
        stop = "\n".join(each.replace("\n", "\\n") for each in self._given.stop)
        self._stops = stops = Area(
            TITLES["stop"],
            _stops_words(None),
            value=stop,
            placeholder=self._unset("stop") if self._defaults.stop else "",
        )
        self._add("stop", stops, lambda: {"stop": lines(stops.value, self._limits.stops)})
        self._format = form = FormatField(self._given, self._defaults, self._changed)
        self._entries["schema"] = _Entry(read=form.read, box=form.box, empty=form.empty, field=form.area)
        self._add_search()
        extra = Area(TITLES["extra"], EXTRA, value=as_json(self._given.extra), code=True)
        self._add("extra", extra, lambda: {"extra": json_object(extra.value)})

    def _add_search(self) -> None:
        default = bool(self._defaults.web_search)
        on = default if self._given.web_search is None else self._given.web_search
        with el("div", "o-field o-beside") as box:
            text(TITLES["web_search"], "o-label o-grow")
            search = Segmented(TITLES["web_search"], {"": "Off", "on": "On"}, "on" if on else "", self._changed)

        def read() -> dict[str, Any]:
            wanted = bool(search.value)
            return {"web_search": None if wanted == default else wanted}

        self._entries["web_search"] = _Entry(read=read, box=box, empty=lambda: search.set("on" if default else ""))

    def _add(self, name: str, field: Field, read: Callable[[], dict[str, Any]]) -> None:
        field.input.on_value_change(partial(self._touched, field))
        self._entries[name] = _Entry(read=read, box=field.box, empty=lambda: field.input.set_value(""), field=field)

    def _touched(self, field: Field) -> None:
        field.complain("")
        self._changed()

    def _show_levels(self) -> None:
        levels = self._limits.efforts
        if levels == self._levels:
            return
        self._levels = levels
        self._effort.clear()
        self._effort.set_visibility(bool(levels))
        known: dict[str, str] = {level: LEVELS[level] for level in levels}
        if set(levels) == {"none", "medium"}:
            known["medium"] = "On"
        default = self._defaults.effort
        offered = {"": f"Default ({known[default].lower()})" if default in known else "Default", **known}
        with self._effort:
            text(TITLES["effort"], "o-label")
            made = Segmented(TITLES["effort"], offered, self._level or "", lambda: self._think(made.value))

    async def _think(self, value: str) -> None:
        """Some models take other parameters while they think."""
        self._level = next((level for level in self._levels if level == value), None)
        await self.follow()
        self._changed()

    def _show_missing(self) -> None:
        """Name what is set though the model takes none of it, and let the person take it away."""
        parameters = self.so_far
        lacking = ["effort"] if "effort" in refusals(parameters, self._limits) else []
        self._missing.clear()
        with self._missing:
            for name in not_taken(parameters, self._limits) + lacking:
                with el("div", "o-note o-missing"):
                    told = short(parameters.told()[name])
                    text(f"{TITLES[name]} ({told}) is not taken by this model.", "o-grow")
                    tool("close", f"Take {TITLES[name]} away", "tight", on=partial(self._forget, name))
        self._missing.set_visibility(bool(self._missing.default_slot.children))

    async def _forget(self, name: str) -> None:
        if name == "effort":
            self._level = None
        else:
            self._entries[name].empty()
        await self.follow()
        self._changed()

    def _span(self, name: str) -> Range:
        """Return the range of what is taken; of anything else every number is a number."""
        return self._limits.ranges.get(name, ANY)

    def _unset(self, name: str) -> str:
        default = getattr(self._defaults, name)
        return f"{short(default)}, your default" if default not in (None, ()) else "Left to the model"


def _steps(name: str, span: Range) -> list[float]:
    """Return where the line below a number has its stops."""
    if name == "max_tokens":
        most = int(span.most or LENGTHS[-1])
        return [*(length for length in LENGTHS if length < most), most]
    end, step = HOTTEST if span.most is None else span.most, STEPS[name]
    return [round(span.least + step * count, 4) for count in range(round((end - span.least) / step) + 1)]


def _stops_words(most: int | None) -> str:
    return f"One text a line{f', {most} at most' if most else ''}; the answer ends before the first that comes up."
