"""How the Claude models are asked to think, one way for each generation.

See https://platform.claude.com/docs/en/build-with-claude/extended-thinking.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from omnichat.effort import nearest
from omnichat.messages import Effort

ADAPTIVE = re.compile(r"claude-(opus|sonnet|haiku)-4[-.][6-9]|claude-[a-z]+-([5-9]|\d\d)(?!\d)|claude-(fable|mythos)")
BUDGETED = re.compile(r"(?!claude)|claude-3[-.]7|claude-(opus|sonnet|haiku)-4([-.][0-5])?(-\d{8}|-latest|@.*)?$")
BEFORE_XHIGH = re.compile(r"claude-[a-z]+-4[-.]6")
LEVELS: tuple[Effort, ...] = ("low", "medium", "high", "xhigh", "max")
BUDGETS: Mapping[Effort, int] = {
    "minimal": 1024,
    "low": 2048,
    "medium": 8192,
    "high": 16384,
    "xhigh": 24576,
    "max": 31999,
}
LEAST = 1024  # tokens


def offered(model: str) -> Collection[Effort]:
    """Return the levels of thinking that ``model`` has; not to think is one of them."""
    if ADAPTIVE.match(model):
        return ("none", *(level for level in LEVELS if level != "xhigh" or not BEFORE_XHIGH.match(model)))
    return ("none", *BUDGETS) if BUDGETED.match(model) else ("none",)


def thinking(model: str, effort: Effort | None, max_tokens: int) -> dict[str, Any]:
    """Return the fields that ask for so much thinking; none where ``model`` cannot, or has no room for it."""
    if effort is None:
        return {}
    if ADAPTIVE.match(model):
        if effort == "none":
            return {"thinking": {"type": "disabled"}}
        wish = {"effort": nearest(effort, offered(model))}
        return {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": wish}
    if effort == "none" or not BUDGETED.match(model) or max_tokens <= LEAST:
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": min(BUDGETS[effort], max_tokens - 1)}}
