"""Who a provider is (data) and how it talks (a dialect)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar
from urllib.parse import urlencode

from typing_extensions import override

from omnichat.answered import Answered
from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import Delta
from omnichat.errors import ProviderError, UnsupportedError
from omnichat.messages import ChatRequest
from omnichat.prices import UNPRICED, Prices
from omnichat.support import Supports, told_apart

if TYPE_CHECKING:
    from omnichat.endpoint_answers import (
        Completion,
        CreateEmbeddingResponse,
        FileDeleted,
        FileObject,
        FilePage,
        ModerationCreateResponse,
    )
    from omnichat.media_answers import ImagesResponse, Transcript
    from omnichat.uploads import Upload


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One piece of news from a streaming response: an SSE event, or a line of NDJSON."""

    data: str
    name: str = "message"


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request not yet sent; ``path`` is appended to the provider's base address, unless it is a whole address.

    What it carries is ``json``, or a ``form`` with files in it, or a ``body``. ``base`` stands in for the provider's
    base address, unless somebody set another one, or, as in ``/upload``, before its path. It is sent ``after`` so many
    seconds. The answer to a ``queued`` call is no stream, but says where one is: see ``Dialect.job``. Of a ``strict``
    one nothing may be left out.
    """

    path: str
    json: Mapping[str, Any] | None = None
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    queued: bool = False
    form: tuple[tuple[str, str | Upload], ...] = ()
    body: bytes | Upload | None = None
    base: str = ""
    after: float = 0
    strict: bool = False

    def dressed(self, headers: Mapping[str, str], query: Mapping[str, str]) -> Call:
        """Return the same call with more ``headers``, and with ``query`` after its path."""
        mark = "&" if "?" in self.path else "?"
        path = f"{self.path}{mark}{urlencode(query)}" if query else self.path
        return replace(self, path=path, headers={**self.headers, **headers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that a provider does in its own time: ``watch`` asks for the stream of it, if there is one.

    ``cancel`` ends it early, ``result`` asks for what is known of it.
    """

    watch: Call | None
    cancel: Call
    result: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model on offer; ``id`` is ``provider/model``, ``context`` and ``max_output`` are in tokens.

    ``deprecated`` is the day from which the provider advises against it, ``ends`` the last one on which it answers.
    """

    id: str
    title: str = ""
    can: Capability = Capability.CHAT
    context: int | None = None
    max_output: int | None = None
    prices: Prices = UNPRICED
    released: date | None = None
    deprecated: date | None = None
    ends: date | None = None


class Dialect(ABC):
    """Translate between our types and one wire format, without touching the network.

    A dialect holds no state: what a stream must remember lives in local variables of ``read``.
    """

    @abstractmethod
    def headers(self, key: str | None) -> dict[str, str]:
        """Return the headers that prove who we are."""

    def url(self, base_url: str, call: Call) -> str:
        """Return the address ``call`` is to be sent to."""
        return call.path if "://" in call.path else base_url + call.path

    @abstractmethod
    def chat(self, request: ChatRequest) -> Call:
        """Return the call that asks for a streamed answer."""

    @abstractmethod
    def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        """Turn the provider's events into ours; raise a nameless ``ProviderError`` for one that reports a failure.

        A stream that ends without saying so is a ``ConnectionFailedError``, never an answer.
        """

    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        """Return ``call`` without a field that ``error`` does not know, or nothing if it names none we can spare.

        A list that is not there may have an older one in its stead.
        """
        return None

    def job(self, answer: Any) -> Job:
        """Return the work that the ``answer`` to a queued call speaks of, or raise a ``ProviderError``."""
        raise NotImplementedError

    def job_events(self, answer: Any) -> list[ServerEvent]:
        """Return the stream of a job that has none, as soon as it is over; nothing as long as it is not."""
        raise NotImplementedError

    def read_job(self, answer: Any) -> list[Delta]:
        """Return what a job that is over has to add to its stream, such as the tokens counted."""
        return []

    @abstractmethod
    def models(self) -> Call:
        """Return the call that lists the models."""

    def next_page(self, call: Call, answer: Any) -> Call | None:
        """Return the call for what follows the part of the list that is in ``answer``, or nothing at its end."""
        return None

    @abstractmethod
    def read_models(self, answer: Any) -> list[ModelInfo]:
        """Return what the provider's list holds; ids without the provider's name, ``can`` empty where it is silent."""


T = TypeVar("T")
Steps: TypeAlias = Generator[Call, Answered, T]
Drawing: TypeAlias = "Steps[ImagesResponse | Call]"
Wish: TypeAlias = Mapping[str, Any]


class Endpoints:
    """What a provider has beside chat, translated without touching the network; ``offers`` names it.

    A translation yields calls, is sent their answers, and returns what the caller gets; where that is a ``Call`` once
    more, its answer is to be passed on as it comes. ``model`` is the bare name, ``wish`` holds OpenAI's parameters.
    """

    offers: Capability = NOTHING

    def complete(self, model: str, wish: Wish) -> Steps[Completion | Call]:
        """Go on from a prompt."""
        raise UnsupportedError(model, Capability.COMPLETIONS)

    def completion(self, model: str, told: Mapping[str, Any]) -> Completion:
        """Return a text, or a piece of one, as the provider tells it."""
        raise UnsupportedError(model, Capability.COMPLETIONS)

    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        """Turn texts into vectors."""
        raise UnsupportedError(model, Capability.EMBEDDINGS)

    def transcribe(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str | Call]:
        """Write down what is said."""
        raise UnsupportedError(model, Capability.TRANSCRIPTION)

    def translate(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str]:
        """Write down in English what is said."""
        raise UnsupportedError(model, Capability.TRANSLATION)

    def speak(self, model: str, wish: Wish) -> Steps[bytes | Call]:
        """Read a text aloud."""
        raise UnsupportedError(model, Capability.SPEECH)

    def draw(self, model: str, wish: Wish) -> Drawing:
        """Draw pictures."""
        raise UnsupportedError(model, Capability.IMAGES)

    def redraw(self, model: str, images: Sequence[Upload], mask: Upload | None, wish: Wish) -> Drawing:
        """Change pictures, where ``mask`` is transparent."""
        raise UnsupportedError(model, Capability.IMAGE_EDITS)

    def moderate(self, model: str, wish: Wish) -> Steps[ModerationCreateResponse]:
        """Say what is wrong with texts or pictures."""
        raise UnsupportedError(model, Capability.MODERATION)

    def keep(self, file: Upload, wish: Wish) -> Steps[FileObject]:
        """Store a file."""
        raise UnsupportedError(file.name, Capability.STORAGE)

    def kept(self, wish: Wish) -> Steps[FilePage]:
        """List the stored files."""
        raise UnsupportedError("the list of files", Capability.STORAGE)

    def look_up(self, file_id: str) -> Steps[FileObject]:
        """Describe a stored file."""
        raise UnsupportedError(file_id, Capability.STORAGE)

    def open(self, file_id: str) -> Steps[bytes | Call]:
        """Give a stored file back."""
        raise UnsupportedError(file_id, Capability.STORAGE)

    def discard(self, file_id: str) -> Steps[FileDeleted]:
        """Delete a stored file."""
        raise UnsupportedError(file_id, Capability.STORAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Supports):
    """Everything particular about one company, as data.

    ``can`` holds for its models in general, ``skills`` for those whose name begins so, where ``*`` stands for anything;
    ``also`` is what else it offers where only its list tells which models do.

    ``key_envs`` and ``address_envs`` are customary variables beside ``key_env`` and ``<NAME>_BASE_URL``.
    ``signing`` names the signer of ``omnichat.signing`` for those whom a key in a header is not enough; it does without
    a key too. ``locate`` returns the base address that environment variables and a key speak of, where it depends on
    them: a region, a project. Whoever is located that way counts as reachable. ``query_envs`` names variables for the
    query of an address that has none, by parameter: a version of the interface; ``header_envs`` names one for each
    header that goes along with a key of our own: an organisation.
    ``continues`` says that a last message of the assistant is gone on with, and not answered.
    A server of one's own (``key_needed`` false) counts as reachable only once somebody has said where it is.
    One that ``lists_openly`` tells its models to everybody, so that its list proves no key.
    ``realtime`` names the format in which it talks over a WebSocket, if it does.
    ``responses_path`` is where the Responses API is, for those who offer it.
    """

    name: str
    title: str
    base_url: str
    dialect: Dialect
    key_env: str | None
    docs_url: str
    keys_url: str | None = None
    key_needed: bool = True
    lists_openly: bool = False
    continues: bool = False
    key_envs: tuple[str, ...] = ()
    address_envs: tuple[str, ...] = ()
    query_envs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    header_envs: Mapping[str, str] = field(default_factory=dict)
    signing: Literal["", "aws", "google"] = ""
    locate: Callable[[Mapping[str, str], str | None], str | None] | None = None
    endpoints: Endpoints = field(default_factory=Endpoints)
    can: Capability = Capability.CHAT
    skills: Mapping[str, Capability] = field(default_factory=dict)
    responses_path: str = "/responses"
    also: Capability = NOTHING
    realtime: Literal["", "openai", "gemini", "vertex"] = ""

    @property
    @override
    def offers(self) -> Capability:
        """What one or the other of its models and endpoints can do."""
        live = Capability.REALTIME if self.realtime else NOTHING
        return reduce(or_, self.skills.values(), self.can | self.also | self.endpoints.offers | live)

    def capabilities(self, model: str) -> Capability:
        """Return what ``model`` can do: the longest matching prefix in ``skills``, else ``can``."""
        prefixes = [prefix for prefix in self.skills if fnmatchcase(model, f"{prefix}*")]
        return self.skills[max(prefixes, key=len)] if prefixes else self.can

    def get_model_capabilities(self, model: str) -> dict[str, bool]:
        """Return what ``model`` can do, under the names of the flags such as ``vision_support``."""
        return told_apart(self.capabilities(model))
