"""The endpoints beside chat, for programs without an event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from omnichat import AuthenticationError, Client, UnsupportedError
from omnichat.media_answers import Transcription
from tests.omnichat.far_end import JSON, Saying
from tests.omnichat.test_blocking import speaking
from tests.omnichat.test_endpoint_shapes import PIECES
from tests.omnichat.told_answers import ANSWERS, PICTURE, SOUND, say


def test_whole_answers_come_back() -> None:
    says = [say(ANSWERS[name]) for name in ("completion", "embeddings", "moderation", "image", "image")]
    with speaking(*says) as (end, _), Client(base_urls={"custom": end.url}) as client:
        completion = client.completions.create(model="custom/m", prompt="Hello")
        vector = client.embeddings.create(model="custom/m", input="Hello").data[0].embedding
        judged = client.moderations.create(input="Hello", model="custom/m")
        drawn = client.images.generate(model="custom/m", prompt="A cat")
        changed = client.images.edit(model="custom/m", image=PICTURE, mask=PICTURE, prompt="A dog")
    assert completion.choices[0].text == " there"
    assert vector == [1.0, -2.0, 0.5]
    assert judged.results[0].categories.hate
    assert drawn == changed


def test_files_are_kept_listed_and_fetched() -> None:
    content = Saying(kind="application/octet-stream", pieces=(b"Hel", b"lo"), gap=0.01)
    says = [say(ANSWERS[name]) for name in ("file", "files", "file", "deleted")]
    with speaking(*says, content) as (end, _), Client(base_urls={"custom": end.url}) as client:
        kept = client.files.create(file=("notes.txt", b"Hello"), provider="custom")
        listed = client.files.list(provider="custom", limit=5)
        assert client.files.retrieve(kept.id, provider="custom") == kept
        assert client.files.delete(kept.id, provider="custom").deleted
        assert client.files.content(kept.id, provider="custom").read() == b"Hello"
        with client.files.with_streaming_response.content(kept.id, provider="custom") as file:
            assert file.read() == b"Hello"
    assert list(listed) == [kept]
    assert [asked.path for asked in end.asked][1] == "/v1/files?limit=5"


def test_sound_goes_both_ways(tmp_path: Path) -> None:
    sound = Saying(kind="audio/mpeg", pieces=(b"ID3", b"sound"), gap=0.01)
    text = Saying(kind="text/plain", pieces=(b"Hello",))
    says = (say(ANSWERS["transcription"]), text, say(ANSWERS["translation"]), sound)
    with speaking(*says) as (end, _), Client(base_urls={"custom": end.url}) as client:
        heard = client.audio.transcriptions.create(model="custom/m", file=SOUND)
        bare = client.audio.transcriptions.create(model="custom/m", file=SOUND, response_format="text")
        english = client.audio.translations.create(model="custom/m", file=SOUND)
        spoken = client.audio.speech.create(model="custom/m", input="Hello", voice="eve")
        with client.audio.speech.with_streaming_response.create(model="custom/m", input="Hi", voice="eve") as stream:
            stream.stream_to_file(tmp_path / "talk.mp3", chunk_size=4)
    assert isinstance(heard, Transcription)
    assert heard.text == bare == "Hello"
    assert not isinstance(english, str)
    assert english.text == "Hello"
    assert (tmp_path / "talk.mp3").read_bytes() == spoken.content == b"ID3sound"


@pytest.mark.parametrize("endpoint", PIECES)
def test_pieces_come_one_by_one(endpoint: str) -> None:
    pieces, _ = PIECES[endpoint]
    with speaking(Saying(pieces=pieces)) as (end, _), Client(base_urls={"custom": end.url}) as client:
        if endpoint == "completions":
            texts = [
                choice.text
                for piece in client.completions.create(model="custom/m", prompt="Hello", stream=True)
                for choice in piece.choices
            ]
            assert texts == [" the", "re"]
        elif endpoint == "transcriptions":
            events = list(client.audio.transcriptions.create(model="custom/m", file=SOUND, stream=True))
            assert [event.delta for event in events] == ["Hel", "lo", None]
        else:
            with client.images.generate(model="custom/m", prompt="A cat", stream=True) as sketches:
                assert next(sketches).partial_image_index == 0


def test_leaving_early_hangs_up() -> None:
    silent = Saying(kind="audio/mpeg", pieces=(b"ID3",), then="fall silent")
    with speaking(silent) as (end, loop), Client(base_urls={"custom": end.url}) as client:
        with client.audio.speech.with_streaming_response.create(model="custom/m", input="Hi", voice="eve") as sound:
            for piece in sound.iter_bytes():
                assert piece == b"ID3"
                break
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(end.hung_up.wait(), 5), loop).result()


def test_errors_reach_the_caller() -> None:
    with speaking(Saying(status=401, kind=JSON)) as (end, _), Client(base_urls={"custom": end.url}) as client:
        with pytest.raises(AuthenticationError):
            client.embeddings.create(model="custom/m", input="Hello")
        with pytest.raises(UnsupportedError, match="speech"):
            client.audio.speech.create(model="llamacpp/m", input="Hello", voice="eve")
