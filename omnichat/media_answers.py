"""Pictures and transcripts, under OpenAI's attribute names; ``model`` is ours, the name of who made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from omnichat.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Answer):
    """A picture, as base64 or as an address."""

    b64_json: str | None = None
    revised_prompt: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTokens(Answer):
    """Tokens by kind."""

    image_tokens: int = 0
    text_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesUsage(Answer):
    """Tokens of prompt and pictures."""

    input_tokens: int = 0
    input_tokens_details: ImageTokens = field(default_factory=ImageTokens)
    output_tokens: int = 0
    total_tokens: int = 0
    output_tokens_details: ImageTokens | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesResponse(Answer):
    """The pictures that were drawn."""

    data: list[Image]
    created: int = 0
    background: str | None = None
    output_format: str | None = None
    quality: str | None = None
    safety_identifier: str | None = None
    size: str | None = None
    usage: ImagesUsage | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEvent(Answer):
    """A picture on its way, or the one that is ready; ``type`` tells which."""

    type: str
    b64_json: str
    background: str | None = None
    created_at: int = 0
    output_format: str | None = None
    partial_image_index: int | None = None
    quality: str | None = None
    size: str | None = None
    usage: ImagesUsage | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTokens(Answer):
    """Tokens by kind."""

    audio_tokens: int | None = None
    text_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensUsage(Answer):
    """A bill by tokens."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    type: Literal["tokens"] = "tokens"
    input_token_details: AudioTokens | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationUsage(Answer):
    """A bill by seconds."""

    seconds: float
    type: Literal["duration"] = "duration"


AudioUsage: TypeAlias = DurationUsage | TokensUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioLogprob(Answer):
    """How probable a token was, as a natural logarithm."""

    token: str | None = None
    bytes: list[float] | None = None
    logprob: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionLanguage(Answer):
    """A language that was heard."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcription(Answer):
    """What was said."""

    text: str
    languages: list[TranscriptionLanguage] | None = None
    logprobs: list[AudioLogprob] | None = None
    usage: AudioUsage | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionSegment(Answer):
    """A passage, with its times in seconds."""

    id: int = 0
    avg_logprob: float = 0
    compression_ratio: float = 0
    end: float = 0
    no_speech_prob: float = 0
    seek: int = 0
    start: float = 0
    temperature: float = 0
    text: str
    tokens: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionWord(Answer):
    """A word, with its times in seconds."""

    end: float
    start: float
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionVerbose(Answer):
    """What was said, when, and in which language; ``duration`` is in seconds."""

    duration: float = 0
    language: str = ""
    text: str
    segments: list[TranscriptionSegment] | None = None
    usage: DurationUsage | None = None
    words: list[TranscriptionWord] | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarizedSegment(Answer):
    """A passage and who spoke it, with its times in seconds."""

    id: str = ""
    end: float
    speaker: str
    start: float
    text: str
    type: Literal["transcript.text.segment"] = "transcript.text.segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionDiarized(Answer):
    """What was said, and by whom."""

    duration: float = 0
    segments: list[DiarizedSegment]
    task: Literal["transcribe"] = "transcribe"
    text: str
    usage: AudioUsage | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionEvent(Answer):
    """A piece of a transcript (``delta``), a passage with its speaker, or, in the end, the whole ``text``."""

    type: str
    delta: str | None = None
    text: str | None = None
    id: str | None = None
    segment_id: str | None = None
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    languages: list[TranscriptionLanguage] | None = None
    logprobs: list[AudioLogprob] | None = None
    usage: AudioUsage | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation(Answer):
    """What was said, in English."""

    text: str
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationVerbose(Answer):
    """What was said, in English, and when; ``duration`` is in seconds."""

    duration: float = 0
    language: str = ""
    text: str
    segments: list[TranscriptionSegment] | None = None
    model: str = ""


Transcript: TypeAlias = Transcription | TranscriptionVerbose | TranscriptionDiarized | Translation | TranslationVerbose
