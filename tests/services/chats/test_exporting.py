"""Conversations as files to take along."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from omnichat.deltas import FinishReason
from services.chats.conversations import Conversation, Lane, Look, Turn
from services.chats.exporting import as_json, as_markdown, file_name
from services.chats.replies import ModelReply, ReplyState
from services.models.parameters import Parameters


def talk() -> Conversation:
    calm = Lane(model="groq/llama", name="Calm", parameters=Parameters(temperature=0.2, system_prompt="Be brief."))
    gone = Lane(model="local/tiny", name="Gone\nlane", removed=True)
    turn = Turn(prompt="How deep?\nAnd how wide?")
    first = ModelReply(lane_uid=calm.uid, model=calm.model, state=ReplyState.DONE, finish=FinishReason.STOP)
    second = ModelReply(
        lane_uid=calm.uid,
        model="groq/newer",
        parameters=calm.parameters,
        state=ReplyState.STOPPED,
        output_tokens=3,
    )
    failed = ModelReply(lane_uid=gone.uid, model=gone.model, state=ReplyState.FAILED, error="No memory")
    first.text, second.text, second.thinking = "Very.", "Deeper: 深い", "Hm."
    turn.replies = {calm.uid: [first, second], gone.uid: [failed]}
    return Conversation(title="Sea & Straße: 深い?", lanes=[calm, gone], turns=[turn], head=turn.uid)


def test_markdown_holds_each_prompt_and_the_newest_answer_of_each_lane() -> None:
    assert as_markdown(talk()).splitlines() == [
        "# Sea & Straße: 深い?",
        "",
        "## 1. How deep? And how wide?",
        "",
        "> How deep?",
        "> And how wide?",
        "",
        "### Calm (groq/newer)",
        "",
        "*instructions · temperature 0.2*",
        "",
        "Deeper: 深い",
        "",
        "### Gone lane (local/tiny)",
        "",
        "*failed*",
    ]


def test_json_holds_everything() -> None:
    chat = talk()
    read = json.loads(as_json(chat))
    assert (read["omnichat"], read["title"]) == (1, chat.title)
    assert read["lanes"][0] == {
        "id": chat.lanes[0].uid,
        "model": "groq/llama",
        "name": "Calm",
        "kind": "voice",
        "persona": None,
        "parameters": {"system_prompt": "Be brief.", "temperature": 0.2},
        "removed": False,
    }
    assert [lane["removed"] for lane in read["lanes"]] == [False, True]
    (turn,) = read["turns"]
    assert turn["prompt"] == "How deep?\nAnd how wide?"
    assert [(each["text"], each["state"]) for each in turn["answers"]] == [
        ("Very.", "done"),
        ("Deeper: 深い", "stopped"),
        ("", "failed"),
    ]
    assert turn["answers"][0]["finish"] == "stop"
    assert (turn["answers"][1]["thinking"], turn["answers"][1]["tokens"]["output"]) == ("Hm.", 3)
    assert turn["answers"][2]["error"] == "No memory"


def test_both_name_the_persona_that_a_lane_wears() -> None:
    chat = talk()
    chat.lanes[0] = replace(chat.lanes[0], persona="uid-of-flint", look=Look(letters="CF", hue="teal"))
    assert "*as the persona Calm · instructions · temperature 0.2*" in as_markdown(chat).splitlines()
    persona = {"id": "uid-of-flint", "letters": "CF", "hue": "teal"}
    assert json.loads(as_json(chat))["lanes"][0]["persona"] == persona


def test_a_chat_without_turns_is_a_file_too() -> None:
    assert as_markdown(Conversation()).startswith("# Chat")
    assert json.loads(as_json(Conversation()))["turns"] == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Sea & Straße: 深い?", "sea-strae.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("深い", "chat.md"),
        ("", "chat.md"),
        ("Déjà vu", "deja-vu.md"),
        ('"; rm -rf / \r\n\0', "rm-rf.md"),
        ("x" * 200, "x" * 60 + ".md"),
    ],
)
def test_the_name_suits_every_file_system(title: str, name: str) -> None:
    assert file_name(Conversation(title=title), "md") == name
