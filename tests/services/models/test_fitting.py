from __future__ import annotations

from typing import Any

import pytest

from omnichat.messages import ChatRequest
from services.models.fitting import ANYTHING, fitted, in_words, limits_for, not_taken, refusals
from services.models.offers import Entry
from services.models.parameters import Parameters

CLAUDE = limits_for("anthropic/claude-sonnet-4-5", None, None)
THINKER = limits_for("openai/o3", None, None)
GPT = limits_for("openai/gpt-4.1", None, None)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"temperature": 1.5}, {"temperature": "A number from 0 to 1."}),
        ({"max_tokens": 64001}, {"max_tokens": "A whole number from 1 to 64,000."}),
        ({"top_p": -0.1}, {"top_p": "A number from 0 to 1."}),
        ({"extra": {"messages": []}}, {"extra": "“messages” is set by OmniChat itself."}),
        ({"extra": {"max_tokens": 5}}, {"extra": "“max_tokens” is set by OmniChat itself."}),
        ({"temperature": 1.0, "max_tokens": 64000, "extra": {"metadata": {"user_id": "me"}}}, {}),
    ],
)
def test_what_is_out_of_range_is_refused_in_words(parameters: dict[str, Any], words: dict[str, str]) -> None:
    assert refusals(Parameters.read(parameters), CLAUDE) == words


def test_more_texts_to_stop_at_than_the_model_takes_are_refused() -> None:
    assert refusals(Parameters(stop=tuple("abcde")), GPT) == {"stop": "This model stops at 4 texts at most."}
    assert refusals(Parameters(stop=tuple("abcd")), GPT) == {}


def test_a_level_of_thinking_that_the_model_lacks_is_refused() -> None:
    assert refusals(Parameters(effort="max"), THINKER) == {"effort": "This model does not have that level."}


def test_what_a_model_does_not_take_is_named_and_no_reason_to_refuse() -> None:
    parameters = Parameters(temperature=9, seed=1, web_search=True, system_prompt="Be brief", json=True)
    assert not_taken(parameters, THINKER) == ["temperature", "web_search"]
    assert refusals(parameters, THINKER) == {}


def test_fitting_leaves_out_what_is_not_taken_and_moves_the_rest_into_range() -> None:
    wide = Parameters(
        system_prompt="Be brief", temperature=1.8, max_tokens=900_000, seed=7, effort="max", stop=tuple("abcde")
    )
    assert fitted(wide, CLAUDE).told() == {
        "system_prompt": "Be brief",
        "temperature": 1.0,
        "max_tokens": 64000,
        "effort": "max",
        "stop": list("abcde"),
    }
    assert fitted(wide, THINKER).told() == {
        "system_prompt": "Be brief",
        "max_tokens": 100_000,
        "seed": 7,
        "effort": "high",
        "stop": list("abcd"),
    }


def test_a_whole_number_stays_one() -> None:
    assert isinstance(fitted(Parameters(max_tokens=900_000), CLAUDE).max_tokens, int)


def test_a_live_list_says_how_long_an_answer_may_be() -> None:
    entry = Entry(id="openai/gpt-4.1", title="GPT-4.1", max_output=500)
    assert limits_for("openai/gpt-4.1", None, entry).ranges["max_tokens"].most == 500


def test_of_a_source_that_nobody_knows_everything_usual_is_taken() -> None:
    limits = limits_for("office/model", None, None)
    assert not_taken(Parameters(temperature=1, seed=1, effort="low", web_search=True), limits) == []
    assert refusals(Parameters(temperature=3), limits)


def test_parameters_are_told_in_one_line() -> None:
    parameters = Parameters(
        system_prompt="Secret",
        temperature=0.2,
        max_tokens=4096,
        stop=("END",),
        effort="low",
        json=True,
        web_search=False,
    )
    assert in_words(parameters) == (
        "instructions · temperature 0.2 · longest answer 4096 · stop at 'END' · thinking low · JSON · web search off"
    )
    assert in_words(Parameters()) == ""


def test_a_word_on_json_puts_a_schema_among_the_defaults_aside() -> None:
    defaults = Parameters(schema={"type": "object"}, temperature=1)
    assert Parameters(json=False).over(defaults) == Parameters(json=False, temperature=1)
    assert Parameters(seed=1).over(defaults).schema == {"type": "object"}


@pytest.mark.parametrize("name", ["model", "Model", "models", "meſſages", "system", "systemInstruction", "n"])
def test_what_is_asked_and_of_whom_is_not_for_extra_fields_to_say(name: str) -> None:
    wanted = Parameters(extra={name: "another", "metadata": {"user_id": "me"}})
    asked = wanted.applied(ChatRequest(model="fake/small", messages=()))
    assert asked.extra == {"metadata": {"user_id": "me"}}
    assert refusals(wanted, ANYTHING) == {"extra": f"“{name}” is set by OmniChat itself."}
