"""What stands inside messages, tools and searches, or has OpenAI's name alone: taken, left out, or named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient, questions
from omnichat.errors import UnsupportedError
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, JSON, Saying, far_end, word

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
PICTURE = "data:image/png;base64,AA=="
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
STRICT_TOOL = {"type": "function", "function": {**TOOL["function"], "strict": True}}  # type: ignore[dict-item]
SEARCH = {"user_location": {"type": "approximate", "approximate": {"country": "DE"}}, "search_context_size": "low"}
BLURRED = [
    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}]},
]
CALLED = [
    *HELLO,
    {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "c", "content": [{"type": "image_url", "image_url": {"url": PICTURE}}]},
]


def asked(name: str, model: str = "m", messages: Any = HELLO, **options: Any) -> dict[str, Any]:
    return dict(every_provider()[name].dialect.chat(questions.request(model, messages, options)).json or {})


NAMED: list[tuple[str, str, dict[str, Any], str]] = [
    *((name, "m", {"logit_bias": {"1": 2}}, "logit_bias") for name in ("anthropic", "google", "bedrock", "cohere")),
    *((name, "m", {"user": "me"}, "user") for name in ("anthropic", "google", "bedrock", "cohere", "ollama")),
    ("ollama", "qwen3", {"tools": [STRICT_TOOL]}, "tools.strict"),
    ("anthropic", "claude-3-5-haiku-latest", {"tools": [STRICT_TOOL]}, "tools.strict"),
    *((name, "m", {"messages": BLURRED}, "image_url.detail") for name in ("anthropic", "google", "bedrock", "ollama")),
    ("anthropic", "claude-opus-4-8", {"web_search_options": SEARCH}, "web_search_options.search_context_size"),
    ("google", "gemini-3-pro", {"web_search_options": SEARCH}, "web_search_options.user_location"),
    ("openrouter", "m", {"web_search_options": SEARCH}, "web_search_options.user_location"),
    ("anthropic", "claude-fable-5", {"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
    ("anthropic", "claude-sonnet-5", {"reasoning_effort": "minimal"}, "reasoning_effort"),
    ("deepseek", "deepseek-v4", {"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
    ("cohere", "command-a-03-2025", {"reasoning_effort": "high"}, "reasoning_effort"),
    ("cohere", "command-a-03-2025", {"logprobs": True, "top_logprobs": 2}, "logprobs"),
    ("google", "gemma-3-27b-it", {"tools": [TOOL]}, "tools"),
    ("google", "gemma-3-27b-it", {"response_format": {"type": "json_object"}}, "response_format"),
    ("bedrock", "meta.llama3", {"response_format": {"type": "grammar"}}, "response_format"),
    ("perplexity", "sonar", {"response_format": {"type": "json_object"}}, "response_format"),
    ("openai", "gpt-4.1", {"n": 2}, "n"),
    ("openai", "gpt-4.1", {"tool_choice": "required"}, "tool_choice"),
]


@pytest.mark.parametrize(("name", "model", "options", "named"), NAMED)
def test_who_is_strict_hears_of_the_smaller_things_too(
    name: str, model: str, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(UnsupportedError) as raised:
        asked(name, model, **options, strict=True)
    assert raised.value.parameter in named
    body = asked(name, model, **options)
    assert '"logit_bias"' not in json.dumps(body)
    assert not {"user", "n"} & body.keys()
    assert body.get("tool_choice") is None


def test_what_is_taken_stays_where_it_is() -> None:
    assert asked("openai", "gpt-4.1", logit_bias={"1": 2}, user="me", strict=True)["user"] == "me"
    assert asked("anthropic", "claude-opus-4-8", metadata={"user_id": "u"})["metadata"] == {"user_id": "u"}
    assert asked("deepseek", tools=[TOOL], tool_choice="required", reasoning_effort="none")["tool_choice"] == "required"
    assert asked("fireworks", response_format={"type": "grammar", "grammar": "g"}, strict=True)["response_format"] == {
        "type": "grammar",
        "grammar": "g",
    }
    (said,) = asked("cohere", "command-a-vision", BLURRED, strict=True)["messages"]
    assert said["content"] == [{"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}]


def test_to_ask_for_alternatives_is_to_ask_for_probabilities() -> None:
    body = asked("openai", "gpt-4.1", top_logprobs=2)
    assert (body["logprobs"], body["top_logprobs"]) == (True, 2)


@pytest.mark.parametrize("options", [{"reasoning_effort": "banana"}, {"messages": [{"content": "Hello"}]}])
def test_what_nobody_can_read_is_named_and_no_riddle(options: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match=r"banana|messages of None"):
        asked("openai", **options)


@pytest.mark.parametrize("name", ["groq", "anthropic"])
def test_a_tool_of_the_providers_own_can_be_forced_too(name: str) -> None:
    body = asked(name, "m", tools=[{"type": "browser_search"}], tool_choice="required", strict=True)
    assert body["tools"] == [{"type": "browser_search"}]
    assert body["tool_choice"] in ("required", {"type": "any"})


def test_a_search_is_told_where_the_user_is() -> None:
    (search,) = asked("xai", "grok-4.6", web_search_options=SEARCH)["tools"]
    assert search["user_location"] == {"type": "approximate", "country": "DE"}
    assert search["search_context_size"] == "low"
    (search,) = asked("anthropic", "claude-opus-4-8", web_search_options=SEARCH)["tools"]
    assert search["user_location"] == {"type": "approximate", "country": "DE"}
    assert "search_context_size" not in search


def test_strict_tools_of_gemini_are_held_to_their_schemas() -> None:
    config = asked("google", "gemini-3-pro", tools=[STRICT_TOOL], strict=True)["toolConfig"]
    assert config == {"functionCallingConfig": {"mode": "VALIDATED"}}
    assert "toolConfig" not in asked("google", "gemini-3-pro", tools=[TOOL])


def test_gemma_is_asked_for_json_in_words() -> None:
    body = asked("google", "gemma-3-27b-it", response_format={"type": "json_object"})
    assert "one JSON object" in body["contents"][0]["parts"][0]["text"]
    assert "responseMimeType" not in body.get("generationConfig", {})


def test_a_picture_in_the_result_of_a_tool_is_not_lost() -> None:
    inline = {"inlineData": {"mimeType": "image/png", "data": "AA=="}}
    newer = asked("google", "gemini-3-pro", CALLED)["contents"][-1]["parts"]
    assert [part["functionResponse"]["parts"] for part in newer] == [[inline]]
    older = asked("google", "gemini-2.5-flash", CALLED)["contents"][-1]["parts"]
    assert older[1] == inline
    with pytest.raises(UnsupportedError, match="vision"):
        asked("cohere", "command-a-vision", CALLED)


def test_an_answer_stopped_before_its_first_word_does_not_spoil_the_next_question() -> None:
    talk = [*HELLO, {"role": "assistant", "content": ""}, *HELLO]
    assert [said["role"] for said in asked("anthropic", "claude-opus-4-8", talk)["messages"]] == ["user", "user"]


async def test_bedrocks_strict_tools_are_loosened_where_a_model_knows_no_such_field() -> None:
    told = b'{"message": "The model does not support the field strict"}'
    refused = Saying(status=400, kind=JSON, pieces=(told,))
    whole = b'{"output": {"message": {"content": [{"text": "Hi"}]}}, "stopReason": "end_turn"}'
    said = Saying(kind=JSON, pieces=(whole,))
    keys = {"bedrock": "bedrock-api-key-1"}
    async with far_end(refused, said) as end, AsyncClient(base_urls={"bedrock": end.url}, keys=keys) as client:
        await client.chat.completions.create(model="bedrock/meta.llama3", messages=HELLO, tools=[STRICT_TOOL])
    first, second = (one.body["toolConfig"]["tools"][0]["toolSpec"] for one in end.asked)
    assert first == {**second, "strict": True}


async def test_headers_and_query_of_ones_own_go_to_the_first_model_alone() -> None:
    refused = Saying(status=404, kind=JSON, pieces=(b'{"error": "no such model"}',))
    said = Saying(pieces=(word("Hi"), END, DONE))
    async with far_end(refused, said) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        await client.chat.completions.create(
            model=["custom/a", "custom/b"],
            messages=HELLO,
            extra_headers={"X-Own": "1"},
            extra_query={"a": "b c"},
        )
    first, second = end.asked
    assert (first.headers.get("x-own"), second.headers.get("x-own")) == ("1", None)
    assert first.path.endswith("/chat/completions?a=b+c")
    assert not {"extra_headers", "extra_query"} & first.body.keys()
