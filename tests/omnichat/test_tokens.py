"""Tokens, counted without asking anybody."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat.messages import AudioPart, FilePart, ImagePart, Message, Part, TextPart, ToolCall
from omnichat.tokens import TokenCount, count, count_messages, warm_up

SAMPLE = (
    "The tide tables of Husum, 2026: high water at 04:17, low water at 10:32. Überraschung! 潮汐表 🌊\n\n    return x"
)


def message(*parts: Part) -> Message:
    return Message(role="user", parts=parts)


def data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("Hello world", 2), ("tiktoken is great!", 6), ("antidisestablishmentarianism", 6), (" \n", 1)],
)
def test_openais_own_count_is_no_estimate(text: str, tokens: int) -> None:
    assert count(text, "openai/gpt-5") == TokenCount(tokens, estimate=False)


@pytest.mark.parametrize(
    "model",
    [
        "openai/gpt-4o-mini",
        "azure/gpt-4.1",
        "openrouter/openai/o3",
        "bedrock/openai.gpt-oss-20b-1:0",
        "openai/chatgpt-4o-latest",
        "openai/ft:gpt-4o-mini:me",
    ],
)
def test_a_model_of_openais_counts_alike_wherever_it_is(model: str) -> None:
    assert count(SAMPLE, model) == count(SAMPLE, "openai/gpt-5")


@pytest.mark.parametrize("model", ["openai/gpt-4", "anthropic/claude-sonnet-4-5", "google/gemini-3", "custom/x"])
def test_any_other_count_is_an_estimate(model: str) -> None:
    counted = count(SAMPLE, model)
    assert counted.estimate
    assert counted.tokens > count(SAMPLE, "openai/gpt-5").tokens


def test_claude_counts_more_from_its_fifth_generation_on() -> None:
    older, newer = (count(SAMPLE * 20, f"anthropic/claude-{name}").tokens for name in ("sonnet-4-5", "sonnet-5"))
    assert newer > 1.2 * older
    assert count(SAMPLE * 20, "anthropic/claude-3-5-haiku").tokens == older


def test_what_looks_special_is_only_text() -> None:
    assert count("<|endoftext|>", "openai/gpt-5").tokens > 1


def test_a_long_run_of_one_letter_is_counted_at_once() -> None:
    assert 1000 < count("a" * 20_000, "openai/gpt-5").tokens < 20_000


@pytest.mark.parametrize("gap", [" ", "\t", "\u00a0", "\n"])
def test_a_gap_of_any_length_is_counted(gap: str) -> None:
    counted = count(f"x{gap * 1_000_000}y", "openai/gpt-5")
    assert counted.estimate
    assert 2 < counted.tokens < 1_000_000


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= count(text, "openai/gpt-5").tokens <= len(text.encode("utf-8", "replace"))


def test_a_conversation_is_more_than_its_words() -> None:
    alone = count(SAMPLE, "openai/gpt-5").tokens
    twice = count_messages([Message.of("user", SAMPLE), Message.of("assistant", SAMPLE)], "openai/gpt-5")
    assert twice.estimate
    assert 2 * alone < twice.tokens < 2 * alone + 20


def test_tool_calls_are_counted() -> None:
    call = ToolCall(id="1", name="get_tide", arguments='{"harbour": "Husum"}')
    asked = Message(role="assistant", tool_calls=(call,))
    assert count_messages([asked], "openai/gpt-5").tokens > count_messages([message()], "openai/gpt-5").tokens + 8


def test_pictures_files_and_sound_have_room_set_aside() -> None:
    bare = count_messages([message(TextPart("x"))], "openai/gpt-5").tokens

    def room(part: Part) -> int:
        return count_messages([message(TextPart("x"), part)], "openai/gpt-5").tokens - bare

    assert 1000 <= room(ImagePart("https://example.org/a.png")) <= 1600
    assert room(FilePart(data("application/pdf", bytes(200_000)), "a.pdf")) > 3000
    assert room(FilePart(data("text/plain", b"Hello world"), "a.txt")) == 2
    assert room(FilePart("data:text/plain,Hello%20world", "a.txt")) == 2
    assert room(FilePart("data:text/plain;base64,x", "a.txt")) > 0
    assert room(FilePart("file-1", "stored.pdf")) > 0
    assert room(AudioPart(data("audio/wav", bytes(32_000)))) == 32


async def test_the_vocabulary_can_be_read_ahead() -> None:
    assert await warm_up()


def test_without_the_extra_bytes_are_counted() -> None:
    code = (
        "import sys; sys.modules['tiktoken'] = None; from omnichat.tokens import count; "
        "print(count('Grüße ' * 10, 'openai/gpt-5'))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "TokenCount(tokens=20, estimate=True)"
