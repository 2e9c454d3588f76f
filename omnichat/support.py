"""What is supported, one boolean a skill."""

from __future__ import annotations

from abc import abstractmethod
from typing import overload

from omnichat.capabilities import Capability


class Flag:
    """A boolean that says whether all of ``needed`` is on offer."""

    def __init__(self, needed: Capability) -> None:
        self.needed = needed

    @overload
    def __get__(self, owner: None, kind: type) -> Flag: ...
    @overload
    def __get__(self, owner: Supports, kind: type) -> bool: ...
    def __get__(self, owner: Supports | None, kind: type) -> Flag | bool:
        """Return the boolean."""
        return self if owner is None else self.needed in owner.offers


class Supports:
    """Answer by flag what somebody offers."""

    __slots__ = ()

    @property
    @abstractmethod
    def offers(self) -> Capability:
        """All there is to be had."""

    chat_support = Flag(Capability.CHAT)
    streaming_support = Flag(Capability.STREAMING)
    json_mode_support = Flag(Capability.JSON)
    vision_support = Flag(Capability.VISION)
    audio_input_support = Flag(Capability.AUDIO)
    file_input_support = Flag(Capability.FILES)
    function_calling_support = Flag(Capability.TOOLS)
    thinking_support = Flag(Capability.THINKING)
    web_search_support = Flag(Capability.SEARCH)
    logprobs_support = Flag(Capability.LOGPROBS)
    realtime_support = Flag(Capability.REALTIME)
    responses_support = Flag(Capability.RESPONSES)
    completions_support = Flag(Capability.COMPLETIONS)
    embeddings_support = Flag(Capability.EMBEDDINGS)
    file_storage_support = Flag(Capability.STORAGE)
    transcription_support = Flag(Capability.TRANSCRIPTION)
    translation_support = Flag(Capability.TRANSLATION)
    speech_support = Flag(Capability.SPEECH)
    image_generation_support = Flag(Capability.IMAGES)
    image_edit_support = Flag(Capability.IMAGE_EDITS)
    moderation_support = Flag(Capability.MODERATION)


FLAGS = {name: flag.needed for name, flag in vars(Supports).items() if isinstance(flag, Flag)}


def told_apart(can: Capability) -> dict[str, bool]:
    """Return every flag by its name, and whether ``can`` covers it."""
    return {name: needed in can for name, needed in FLAGS.items()}
