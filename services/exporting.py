"""Conversations as files to take along."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from services.conversations import Conversation, Lane, Turn
from services.fitting import in_words
from services.replies import ModelReply


def as_markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown: a heading a turn, a section a lane, the newest answer of each."""
    lines = [f"# {conversation.title or 'Chat'}", ""]
    for number, turn in enumerate(conversation.path, 1):
        lines += [f"## {number}. {_one_line(turn.prompt)}", "", *_quoted(turn.prompt), ""]
        for lane in conversation.lanes:
            if reply := turn.newest(lane.uid):
                lines += [f"### {_one_line(lane.name)} ({reply.model})", "", *_asked(lane, reply)]
                lines += [reply.text or f"*{reply.state}*", ""]
    return "\n".join(lines)


def as_json(conversation: Conversation) -> str:
    """Return everything that is kept of the conversation as JSON, all versions included."""
    document = {
        "omnichat": 1,
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "lanes": [_lane(lane) for lane in conversation.lanes],
        "turns": [_turn(turn) for turn in conversation.turns],
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
        "persona": {"id": lane.persona, "letters": lane.look.letters, "hue": lane.look.hue} if lane.persona else None,
        "parameters": lane.parameters.told(),
        "removed": lane.removed,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "prompt": turn.prompt,
        "context_mode": turn.context_mode,
        "created_at": turn.created_at.isoformat(),
        "answers": [_reply(reply) for versions in turn.replies.values() for reply in versions],
    }


def _reply(reply: ModelReply) -> dict[str, Any]:
    return {
        "lane": reply.lane_uid,
        "model": reply.model,
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
