"""How long a model may think, in the words of whoever runs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from omnichat.messages import Effort

Efforts: TypeAlias = Mapping[
    Effort, Mapping[str, Any]
]  # for each level on offer the fields of the body that ask for it
ORDER: tuple[Effort, ...] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


def nearest(wished: Effort, offered: Collection[Effort]) -> Effort:
    """Return the level on offer that is nearest to the one wished for, the lower of two.

    Not thinking at all stands in for no other level, unless it is the only one.
    """
    thinking = [level for level in offered if level != "none"]
    if wished in offered or not thinking:
        return wished if wished in offered else "none"
    at = ORDER.index(wished)
    return min(thinking, key=lambda level: (abs(ORDER.index(level) - at), ORDER.index(level)))


def levels(*names: Effort) -> Efforts:
    """Return the levels of a model that takes them as OpenAI's do."""
    return {name: {"reasoning_effort": name} for name in names}


SWITCHED: Efforts = {  # for llama.cpp, by way of the model's template
    "none": {"chat_template_kwargs": {"enable_thinking": False}},
    **{
        level: {"chat_template_kwargs": {"enable_thinking": True, "reasoning_effort": level}}
        for level in ("low", "medium", "high")
    },
}
