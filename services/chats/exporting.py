"""Conversations as files to take along."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from services.chats.conversations import Conversation, Lane, Turn
from services.chats.covers import is_covered, shown_lanes
from services.chats.replies import ModelReply
from services.chats.synthesis import syntheses
from services.models.fitting import in_words


def as_markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown: a heading a turn, a section a lane, the newest answer of each.

    What blind mode hides is hidden here too.
    """
    lines = [f"# {conversation.title or 'Chat'}", ""]
    for number, turn in enumerate(conversation.path, 1):
        lines += [f"## {number}. {_one_line(turn.prompt)}", "", *_quoted(turn.prompt), ""]
        for lane in shown_lanes(conversation, turn):
            reply = turn.replies[lane.uid][-1]
            model = f" ({reply.model})" if lane.model else ""
            asked = _asked(lane, reply) if lane.model else []
            lines += [f"### {_one_line(lane.name)}{model}", "", *asked, reply.text or f"*{reply.state}*", ""]
        for versions in syntheses(conversation, turn):
            judged = versions[-1]
            title = f"### Synthesis: {judged.purpose.value.title()} by {conversation.lane(judged.lane_uid).name}"
            lines += [f"{_one_line(title)} ({judged.model})", "", judged.text or f"*{judged.state}*", ""]
    return "\n".join(lines)


def as_json(conversation: Conversation) -> str:
    """Return what is kept of the conversation as JSON, all versions included, except what blind mode hides."""
    document = {
        "omnichat": 1,
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "lanes": [_lane(lane) for lane in conversation.lanes],
        "turns": [_turn(conversation, turn) for turn in conversation.turns],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def file_name(conversation: Conversation, ending: str) -> str:
    """Return a name that every file system takes, made of the title."""
    plain = unicodedata.normalize("NFKD", conversation.title).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain.lower()).strip('-')[:60] or 'chat'}.{ending}"


def _lane(lane: Lane) -> dict[str, Any]:
    return {
        "id": lane.uid,
        "model": lane.model,
        "name": lane.name,
        "kind": lane.kind,
        "persona": {"id": lane.persona, "letters": lane.look.letters, "hue": lane.look.hue} if lane.persona else None,
        "parameters": lane.parameters.told(),
        "removed": lane.removed,
    }


def _turn(conversation: Conversation, turn: Turn) -> dict[str, Any]:
    answers = [reply for versions in turn.replies.values() for reply in versions]
    if is_covered(conversation, turn):
        names = [(lane.name, turn.replies[lane.uid]) for lane in shown_lanes(conversation, turn)]
        told = [{"lane": name, "state": each.state, "text": each.text} for name, versions in names for each in versions]
        told += [_reply(each) for each in answers if each.purpose]
    else:
        told = [_reply(each) for each in answers]
    return {
        "prompt": turn.prompt,
        "context_mode": turn.context_mode,
        "created_at": turn.created_at.isoformat(),
        "answers": told,
    }


def _reply(reply: ModelReply) -> dict[str, Any]:
    return {
        "lane": reply.lane_uid,
        "model": reply.model,
        "purpose": reply.purpose,
        "parameters": reply.parameters.told(),
        "created_at": reply.created_at.isoformat(),
        "state": reply.state,
        "finish": reply.finish,
        "text": reply.text,
        "thinking": reply.thinking,
        "error": reply.error,
        "tokens": {
            "input": reply.input_tokens,
            "output": reply.output_tokens,
            "cached": reply.cached_tokens,
            "thinking": reply.thinking_tokens,
        },
        "first_token_s": reply.first_token,
        "duration_s": reply.duration,
    }


def _asked(lane: Lane, reply: ModelReply) -> list[str]:
    """Say how it was asked, if it was in a way of its own, and that a persona answered."""
    told = [f"as the persona {_one_line(lane.name)}"] if lane.persona else []
    if words := in_words(reply.parameters):
        told.append(words)
    return [f"*{' · '.join(told)}*", ""] if told else []


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in text.splitlines()]
