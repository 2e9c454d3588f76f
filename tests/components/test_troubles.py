"""Every failure has words, and a next step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from components.troubles import trouble
from omnichat import errors
from services.chats import hub
from services.chats.replies import ModelReply, ReplyState


def every_error(of: type[errors.OmniChatError] = errors.OmniChatError) -> Iterator[type[errors.OmniChatError]]:
    assert issubclass(hub.EndlessAnswerError, errors.OmniChatError)  # one of ours beside the library's
    yield of
    for kind in of.__subclasses__():
        yield from every_error(kind)


def failed(failure: str, model: str = "groq/fast", **more: object) -> ModelReply:
    reply = ModelReply(lane_uid="lane", model=model, state=ReplyState.FAILED, failure=failure)
    for name, value in more.items():
        setattr(reply, name, value)
    return reply


@pytest.mark.parametrize("kind", sorted({kind.__name__ for kind in every_error()} - {"OmniChatError"}))
@pytest.mark.parametrize("model", ["groq/fast", "custom/own", "local/tiny", "nobody/knows", "no-slash", ""])
def test_every_error_has_a_state_a_title_and_a_next_step(kind: str, model: str) -> None:
    said = trouble(failed(kind, model, error="what the provider said"))
    assert said
    assert said.title != "Something broke on our side"
    assert 3 <= len(said.state) <= 14
    assert said.advice.endswith(".")
    assert said.detail == "what the provider said"
    for words in (said.state, said.title, said.advice):
        assert words
        assert "{" not in words
        assert "None" not in words


def test_an_error_that_is_not_ours_names_the_log() -> None:
    said = trouble(failed("KeyError"))
    assert said
    assert said.title == "Something broke on our side"
    assert "server's log" in said.advice


def test_the_missing_key_is_named() -> None:
    said = trouble(failed("MissingKeyError"))
    assert said
    assert (said.title, said.advice[:42]) == ("Groq needs a key", "Add one under Settings → Providers & keys,")


def test_the_wait_that_was_wished_is_told() -> None:
    asked, unasked = trouble(failed("RateLimitError", retry_after=20.0)), trouble(failed("RateLimitError"))
    assert asked
    assert unasked
    assert (asked.advice, unasked.advice) == ("Wait 20 s, then retry.", "Wait a moment, then retry.")


def test_text_that_came_before_the_failure_is_kept_and_that_is_said() -> None:
    said = trouble(failed("ConnectionFailedError", text="Half"))
    assert said
    assert said.advice.endswith("What it wrote so far is kept.")


def test_an_answer_that_a_crash_cut_off_is_called_interrupted() -> None:
    said = trouble(ModelReply(lane_uid="lane", model="groq/fast", state=ReplyState.INTERRUPTED))
    assert said
    assert (said.state, said.advice) == ("Interrupted", "Nothing had come yet; retry.")


@pytest.mark.parametrize("state", [state for state in ReplyState if state not in {"failed", "interrupted"}])
def test_nothing_stands_in_the_way_of_other_answers(state: ReplyState) -> None:
    assert trouble(ModelReply(lane_uid="lane", model="groq/fast", state=state)) is None


def test_a_page_long_message_is_cut() -> None:
    said = trouble(failed("ServerError", error="x" * 10_000))
    assert said
    assert len(said.detail) == 401
