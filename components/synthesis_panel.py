"""What a judge shall do with the answers to a turn, and which judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nicegui import ui

from components.fields import Area
from components.judge_choice import JudgeChoice
from components.model_figures import dollars
from components.pieces import attrs, button, el, enable, icon, text, tool
from components.segmented import Segmented
from services.chats.estimates import Estimate
from services.chats.replies import Purpose

KINDS = {
    Purpose.FUSE: ("Fuse", "One answer out of all: what is right and useful in each, contradictions solved."),
    Purpose.COMPARE: ("Compare", "A table of criteria with a score for each answer, and which is best."),
    Purpose.CHECKLIST: ("Checklist", "The points that the answers make. You tick some, and they are merged."),
    Purpose.CUSTOM: ("Custom", "A task in your own words."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelActions:
    """What the panel asks of the page; the first two take the purpose, the model and the person's own words."""

    estimate: Callable[[Purpose, str, str], Estimate]
    begin: Callable[[Purpose, str, str], object]
    pick_judge: Callable[[], object]


class SynthesisPanel:
    """A dialog: the kind of synthesis, the judge, who takes part, about what it costs."""

    def __init__(
        self,
        taking: Sequence[str],
        missing: Sequence[str],
        actions: PanelActions,
        *,
        judge: str,
        name: str,
    ) -> None:
        self._actions = actions
        with ui.dialog() as self.dialog, el("div", "o-panel part"):
            with el("header"):
                icon("merge")
                text("Bring the answers together", "o-title o-grow o-cut", tag="h2")
                tool("close", "Close", on=self.dialog.close)
            with el("div", "o-form"):
                self._build_task()
                self._judge = JudgeChoice(judge, name, pick=actions.pick_judge)
                _people(taking, missing)
                self._cost = text("", "o-small o-2 o-num", role="status")
            with el("footer"):
                button("Cancel", "quiet", on=self.dialog.close)
                text("", "o-grow")
                self._start = button("Start", "main", "merge", on=self._begin)
        attrs(self.dialog, aria_label="Synthesis").on("hide", self.dialog.delete)
        self._draw()

    def take_task(self, purpose: Purpose, words: str) -> None:
        """Ask for this; ``words`` are the task where it is the person's own."""
        self._kind.set(purpose.value)
        self._words.input.set_value(words)
        self._draw()

    def take_judge(self, model: str, name: str) -> None:
        """Let this model judge."""
        self._judge.take(model, name)
        self._draw()

    def _build_task(self) -> None:
        options = {purpose.value: name for purpose, (name, _) in KINDS.items()}
        self._kind = Segmented("Kind of synthesis", options, Purpose.FUSE.value, self._draw)
        self._about = text("", "o-small o-2")
        self._words = Area("Your task for the judge", placeholder="For example: Which answer would a beginner follow?")
        self._words.input.on_value_change(self._draw)

    @property
    def _purpose(self) -> Purpose:
        return Purpose(self._kind.value)

    def _draw(self) -> None:
        custom = self._purpose is Purpose.CUSTOM
        self._about.set_text(KINDS[self._purpose][1])
        self._words.box.set_visibility(custom)
        enable(self._start, bool(self._judge.model) and (not custom or bool(self._words.value)))
        self._cost.set_text(self._price() if self._judge.model else "")

    def _price(self) -> str:
        told = self._actions.estimate(self._purpose, self._judge.model, self._words.value)
        amount = f"≈ {told.tokens_in:,} tokens to read, ≈ {told.tokens_out:,} to write"
        if told.cost is None:
            return f"{amount} · price not known"
        return f"{amount} · ≈ {dollars(told.cost)}" if told.cost else f"{amount} · free"

    def _begin(self) -> object:
        self.dialog.close()
        return self._actions.begin(self._purpose, self._judge.model, self._words.value)


def _people(taking: Sequence[str], missing: Sequence[str]) -> None:
    with el("div", "o-c o-tight o-small o-2") as box:
        text(f"{len(taking)} answers take part, shuffled and without names: {', '.join(taking)}.", "o-said")
        if missing:
            text(f"Left out: {', '.join(missing)}.", "o-said")
    attrs(box, role="note")
