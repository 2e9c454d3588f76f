"""How long Gemini's models think.

See https://ai.google.dev/gemini-api/docs/thinking.
"""

from __future__ import annotations

import re
from typing import Any

from omnichat.effort import Efforts, nearest
from omnichat.messages import Effort

NO_THOUGHTS = re.compile(r".*-(image|tts|audio|live|embedding)")
LEVELLED = re.compile(r"gemini-([3-9]|\d\d|flash|pro)")  # the names without a number lead to the newest
LEVELS: Efforts = {
    "minimal": {"thinkingLevel": "MINIMAL"},
    "low": {"thinkingLevel": "LOW"},
    "medium": {"thinkingLevel": "MEDIUM"},
    "high": {"thinkingLevel": "HIGH"},
    "xhigh": {"thinkingLevel": "XHIGH"},
}
BUDGETS: Efforts = {
    "none": {"thinkingBudget": 0},
    "minimal": {"thinkingBudget": 512},
    "low": {"thinkingBudget": 1024},
    "medium": {"thinkingBudget": 8192},
    "high": {"thinkingBudget": 24576},
}
PRO_BUDGETS: Efforts = {
    "minimal": {"thinkingBudget": 128},
    "low": {"thinkingBudget": 1024},
    "medium": {"thinkingBudget": 8192},
    "high": {"thinkingBudget": 24576},
    "max": {"thinkingBudget": 32768},
}


def takes_levels(model: str) -> bool:
    """Return whether ``model`` is one of Gemini 3 or later, which think by level and sign their calls."""
    return bool(LEVELLED.match(model))


def thinking(effort: Effort | None, efforts: Efforts) -> dict[str, Any]:
    """Return the settings that ask for so much thinking, and to see it."""
    shown = {"includeThoughts": True} if effort != "none" else {}
    return {**shown, **(efforts[nearest(effort, efforts)] if effort else {})}


def efforts_of(model: str) -> Efforts:
    """Return how long the model can think: by level since Gemini 3, by a budget of tokens before, or not at all."""
    if NO_THOUGHTS.match(model):
        return {}
    if takes_levels(model):
        return LEVELS
    return (PRO_BUDGETS if "-pro" in model else BUDGETS) if model.startswith("gemini-2.5") else {}
