"""The lines of Ollama's chat, and of its generate without roles, read one after another.

See https://docs.ollama.com/api/chat and https://docs.ollama.com/api/generate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import (
    Delta,
    FinishDelta,
    FinishReason,
    ProviderDataDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from omnichat.ollama_messages import THINKING
from omnichat.openai_pieces import read_logprobs
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.think_tags import ThinkTags
from omnichat.wire_json import count, mapping, mappings, read_object, words


class LineReader:
    """The memory of one answer: its reasoning, how many tools were called, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self._tags = ThinkTags()
        self._calls = 0
        self._thoughts: list[str] = []

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one line says; raise the error it reports."""
        news = read_object(event.data)
        if news.get("error"):
            raise refusal(event.data)
        message = mapping(news.get("message")) or _generated(news)
        if thought := words(message.get("thinking")):
            self._tags.no_tags()
            self._thoughts.append(thought)
            yield ThinkingDelta(thought)
        yield from self._tags.feed(words(message.get("content")))
        yield from read_logprobs(news.get("logprobs"))
        for call in mappings(message.get("tool_calls")):
            yield self._call(call)
        if news.get("done") is True:
            yield from self._ending(news)

    def _call(self, call: Mapping[str, Any]) -> ToolCallDelta:
        """Return a call, which always comes whole; older servers give it no id."""
        index, self._calls = self._calls, self._calls + 1
        function = mapping(call.get("function"))
        arguments = function.get("arguments")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
        return ToolCallDelta(index, words(call.get("id")) or f"call_{index}", words(function.get("name")), text)

    def _ending(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        self.finished = True
        yield from self._tags.end()
        if self._calls and self._thoughts:
            yield ProviderDataDelta({THINKING: "".join(self._thoughts)})
        yield UsageDelta(count(news, "prompt_eval_count"), count(news, "eval_count"))
        if news.get("done_reason") == "length":
            yield FinishDelta(FinishReason.LENGTH)
        else:
            yield FinishDelta(FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP)


def _generated(news: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``/api/generate`` says, as a message."""
    return {"content": news.get("response"), "thinking": news.get("thinking")}
