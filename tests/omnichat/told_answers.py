"""Answers at the endpoints beside chat, in OpenAI's shapes."""

from __future__ import annotations

import json
from typing import Any

from tests.omnichat.far_end import JSON, Saying

PACKED = "AACAPwAAAMAAAAA/"  # 1.0, -2.0, 0.5
SEGMENT = {
    "id": 0,
    "seek": 0,
    "start": 0.0,
    "end": 1.5,
    "text": "Hello",
    "tokens": [50364, 2425],
    "temperature": 0.0,
    "avg_logprob": -0.25,
    "compression_ratio": 0.9,
    "no_speech_prob": 0.01,
}
KINDS = {
    "harassment": ("threatening",),
    "hate": ("threatening",),
    "illicit": ("violent",),
    "self-harm": ("instructions", "intent"),
    "sexual": ("minors",),
    "violence": ("graphic",),
}
CATEGORIES = [name for harm, kinds in KINDS.items() for name in (harm, *(f"{harm}/{kind}" for kind in kinds))]
FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 5,
    "created_at": 1790000000,
    "filename": "notes.txt",
    "purpose": "user_data",
    "status": "processed",
    "expires_at": 1790003600,
}
ANSWERS: dict[str, Any] = {
    "completion": {
        "id": "cmpl-1",
        "object": "text_completion",
        "created": 1790000000,
        "model": "m",
        "system_fingerprint": "fp_1",
        "choices": [
            {
                "text": " there",
                "index": 0,
                "finish_reason": "length",
                "logprobs": {
                    "tokens": [" there"],
                    "token_logprobs": [-0.5],
                    "top_logprobs": [{" there": -0.5}],
                    "text_offset": [5],
                },
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    },
    "embeddings": {
        "object": "list",
        "model": "m",
        "data": [{"object": "embedding", "index": 0, "embedding": PACKED}],
        "usage": {"prompt_tokens": 2, "total_tokens": 2},
    },
    "moderation": {
        "id": "modr-1",
        "model": "m",
        "results": [
            {
                "flagged": True,
                "categories": {name: name == "hate" for name in CATEGORIES},
                "category_scores": {name: 0.5 for name in CATEGORIES},
                "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
            }
        ],
    },
    "image": {
        "created": 1790000000,
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
        "data": [{"b64_json": "iVBORw0KGgo=", "revised_prompt": "A cat"}],
        "usage": {
            "input_tokens": 5,
            "output_tokens": 9,
            "total_tokens": 14,
            "input_tokens_details": {"image_tokens": 0, "text_tokens": 5},
            "output_tokens_details": {"image_tokens": 9, "text_tokens": 0},
        },
    },
    "transcription": {
        "text": "Hello",
        "logprobs": [{"token": "Hello", "bytes": [72], "logprob": -0.1}],
        "languages": [{"code": "en"}],
        "usage": {
            "type": "tokens",
            "input_tokens": 14,
            "output_tokens": 3,
            "total_tokens": 17,
            "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
        },
    },
    "verbose": {
        "text": "Hello",
        "language": "english",
        "duration": 1.5,
        "segments": [SEGMENT],
        "words": [{"word": "Hello", "start": 0.0, "end": 1.5}],
        "usage": {"type": "duration", "seconds": 2.0},
    },
    "translation": {"text": "Hello"},
    "verbose translation": {"text": "Hello", "language": "english", "duration": 1.5, "segments": [SEGMENT]},
    "diarized": {
        "text": "Hello",
        "task": "transcribe",
        "duration": 1.5,
        "segments": [
            {
                "id": "s1",
                "type": "transcript.text.segment",
                "start": 0.0,
                "end": 1.5,
                "speaker": "A",
                "text": "Hello",
            }
        ],
        "usage": {"type": "duration", "seconds": 2.0},
    },
    "file": FILE,
    "files": {"object": "list", "data": [FILE], "has_more": False, "first_id": "file-1", "last_id": "file-1"},
    "deleted": {"id": "file-1", "object": "file", "deleted": True},
}
SOUND = ("talk.mp3", b"ID3sound", "audio/mpeg")
PICTURE = ("cat.png", b"\x89PNG", "image/png")


def say(answer: Any) -> Saying:
    return Saying(kind=JSON, pieces=(json.dumps(answer).encode(),))
