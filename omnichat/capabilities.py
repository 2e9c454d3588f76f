"""What a model can do, as a set."""

from enum import Flag, auto


class Capability(Flag):
    """One bit per skill a model may have; combine them with ``|``, ask with ``needed & ~model.can``."""

    CHAT = auto()
    STREAMING = auto()
    THINKING = auto()
    VISION = auto()
    FILES = auto()
    AUDIO = auto()
    TOOLS = auto()
    JSON = auto()
    SEARCH = auto()
    EMBEDDINGS = auto()
    COMPLETIONS = auto()
    RESPONSES = auto()
    STORAGE = auto()
    TRANSCRIPTION = auto()
    TRANSLATION = auto()
    SPEECH = auto()
    IMAGES = auto()
    MODERATION = auto()
    REALTIME = auto()
    LOGPROBS = auto()
    IMAGE_EDITS = auto()

    @property
    def names(self) -> list[str]:
        """Lower-case names of the bits set, in order: how JSON and the database spell them."""
        return [bit.name.lower() for bit in type(self) if bit in self and bit.name]


NOTHING = Capability(0)
