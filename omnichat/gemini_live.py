"""Gemini Live in the words of OpenAI's Realtime API: https://ai.google.dev/api/live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import override

from omnichat.errors import BadRequestError
from omnichat.gemini_live_answer import LiveAnswer
from omnichat.live_wire import Frame, LiveWire
from omnichat.wire_json import mapping, mappings, object_in, words

SERVICE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
VERTEX_SERVICE = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
SOUND = "audio/pcm;rate=24000"
ROLES = {"user": "user", "assistant": "model"}


class GeminiWire(LiveWire):
    """One conversation with Gemini.

    Its settings are given once, before anything else is said: the first event is either ``session.update`` or one that
    does without. What is said before Gemini is ready is held back.
    """

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._session: dict[str, Any] | None = None
        self._ready = False
        self._held = list[Frame]()
        self._turns = list[Frame]()
        self._called = dict[str, str]()
        self._by_hand = False
        self._speaking = False
        self._answer = LiveAnswer()

    @override
    def path(self, base_url: str) -> str:
        parts = urlsplit(base_url)
        return f"{parts.scheme}://{parts.netloc}{SERVICE}"

    def place(self) -> str:
        """Return the model's name as the service knows it."""
        return self.model if "/" in self.model else f"models/{self.model}"

    @override
    def greeting(self) -> list[Frame]:
        return [{"type": "session.created", "session": {"type": "realtime", "model": self.model}}]

    @override
    def outgoing(self, event: Frame) -> list[Frame]:
        kind = words(event.get("type"))
        if kind == "session.update":
            if self._session is not None:
                raise BadRequestError("the session can be set once only, before anything else is said", provider="")
            return [self._begin(mapping(event.get("session")))]
        begun = [] if self._session is not None else [self._begin({})]
        frames = self._frames(kind, event)
        if self._ready:
            return frames
        self._held += frames
        return begun

    @override
    def incoming(self, frame: Frame) -> tuple[list[Frame], list[Frame]]:
        events, due = list[Frame](), list[Frame]()
        if "setupComplete" in frame:
            self._ready, due, self._held = True, self._held, []
            session = {"type": "realtime", "model": self.model, **(self._session or {})}
            events.append({"type": "session.updated", "session": session})
        calls = mappings(mapping(frame.get("toolCall")).get("functionCalls"))
        self._called |= {words(call.get("id")): words(call.get("name")) for call in calls}
        return events + self._answer.read(frame), due

    def _begin(self, session: Mapping[str, Any]) -> Frame:
        self._session = dict(session)
        heard = mapping(mapping(session.get("audio")).get("input"))
        self._by_hand = "turn_detection" in heard and heard["turn_detection"] is None
        return {"setup": setup(self.place(), session, by_hand=self._by_hand)}

    def _frames(self, kind: str, event: Frame) -> list[Frame]:
        match kind:
            case "input_audio_buffer.append":
                sound: Frame = {"realtimeInput": {"audio": {"data": event.get("audio"), "mimeType": SOUND}}}
                starts = self._by_hand and not self._speaking
                self._speaking = True
                return [{"realtimeInput": {"activityStart": {}}}, sound] if starts else [sound]
            case "input_audio_buffer.commit":
                self._speaking = False
                return [{"realtimeInput": {"activityEnd": {}} if self._by_hand else {"audioStreamEnd": True}}]
            case "conversation.item.create":
                return self._item(mapping(event.get("item")))
            case "response.create":
                if event.get("response"):
                    raise BadRequestError("settings for one answer are not taken", provider="")
                turns, self._turns = self._turns, []
                return [{"clientContent": {"turns": turns, "turnComplete": True}}] if turns else []
        raise BadRequestError(f"there is nothing like {kind or 'an event without a type'}", provider="")

    def _item(self, item: Mapping[str, Any]) -> list[Frame]:
        if item.get("type") == "function_call_output":
            name = words(item.get("call_id"))
            result = words(item.get("output"))
            answer = {"id": name, "name": self._called.get(name, ""), "response": _response(result)}
            return [{"toolResponse": {"functionResponses": [answer]}}]
        role = ROLES.get(words(item.get("role")))
        if item.get("type") != "message" or role is None:
            raise BadRequestError("an item is a message of user or assistant, or the output of a tool", provider="")
        self._turns.append({"role": role, "parts": [_part(part) for part in mappings(item.get("content"))]})
        return []


class VertexWire(GeminiWire):
    """The same at Vertex AI, where a model is in a project: its whole place is named."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._project = ""

    @override
    def path(self, base_url: str) -> str:
        parts = urlsplit(base_url)
        self._project = parts.path.partition("/projects/")[2]
        return f"{parts.scheme}://{parts.netloc}{VERTEX_SERVICE}"

    @override
    def place(self) -> str:
        name = self.model if self.model.startswith("publishers/") else f"publishers/google/models/{self.model}"
        return f"projects/{self._project}/{name}" if self._project else name


def setup(model: str, session: Mapping[str, Any], *, by_hand: bool) -> dict[str, Any]:
    """Return Gemini's settings for a session of OpenAI's."""
    sound = mapping(session.get("audio"))
    spoken = "text" not in (session.get("output_modalities") or ["audio"])
    voice = mapping(sound.get("output")).get("voice")
    named = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}
    limit = session.get("max_output_tokens")
    generation = {
        "responseModalities": ["AUDIO" if spoken else "TEXT"],
        "speechConfig": named if voice else None,
        "maxOutputTokens": limit if isinstance(limit, int) else None,
        "temperature": session.get("temperature"),
    }
    asked = {
        "model": model,
        "generationConfig": _filled(generation),
        "systemInstruction": _words(words(session.get("instructions"))),
        "tools": _tools(session.get("tools")),
        "inputAudioTranscription": {} if mapping(sound.get("input")).get("transcription") else None,
        "outputAudioTranscription": {} if spoken else None,
        "realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}} if by_hand else None,
    }
    return _filled(asked)


def _tools(tools: object) -> list[dict[str, Any]] | None:
    names = {"name": "name", "description": "description", "parameters": "parametersJsonSchema"}
    functions = [tool for tool in mappings(tools) if tool.get("type") == "function"]
    declared = [{theirs: tool[ours] for ours, theirs in names.items() if tool.get(ours)} for tool in functions]
    return [{"functionDeclarations": declared}] if declared else None


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    match part:
        case {"text": str(text)}:
            return {"text": text}
        case {"type": "input_audio", "audio": str(data)}:
            return {"inlineData": {"mimeType": SOUND, "data": data}}
        case {"type": "input_image", "image_url": str(url)} if url.startswith("data:"):
            head, _, data = url.partition(",")
            return {"inlineData": {"mimeType": head.removeprefix("data:").removesuffix(";base64"), "data": data}}
    raise BadRequestError(f"there is nothing like {words(part.get('type')) or 'a part without a type'}", provider="")


def _response(result: str) -> dict[str, Any]:
    return object_in(result) or {"output": result}


def _words(text: str) -> dict[str, Any] | None:
    return {"parts": [{"text": text}]} if text else None


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
