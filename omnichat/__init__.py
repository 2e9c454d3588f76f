"""Every model, one voice: OpenAI's call shapes for any provider; knows no database and no screen."""

from omnichat.blocking import Client
from omnichat.capabilities import Capability
from omnichat.client import AsyncClient
from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta, ThinkingDelta, ToolCallDelta, UsageDelta
from omnichat.errors import (
    AddressError,
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ContentFilterError,
    ContextLengthError,
    MissingKeyError,
    NotFoundError,
    OmniChatError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    QuotaError,
    RateLimitError,
    ServerError,
    TimedOutError,
    UnknownProviderError,
    UnsupportedError,
)
from omnichat.messages import ChatRequest, FilePart, ImagePart, Message, TextPart
from omnichat.model_facts import ModelFacts, Prices, cost, facts_about
from omnichat.provider import ModelInfo, Provider
from omnichat.registry import every_provider
from omnichat.response_answers import Response, ResponseStreamEvent
from omnichat.timeouts import Timeouts

__all__ = [
    "AddressError",
    "AsyncClient",
    "AuthenticationError",
    "BadRequestError",
    "Capability",
    "ChatRequest",
    "Client",
    "ConnectionFailedError",
    "ContentFilterError",
    "ContextLengthError",
    "Delta",
    "FilePart",
    "FinishDelta",
    "FinishReason",
    "ImagePart",
    "Message",
    "MissingKeyError",
    "ModelFacts",
    "ModelInfo",
    "NotFoundError",
    "OmniChatError",
    "OverloadedError",
    "PermissionDeniedError",
    "Prices",
    "Provider",
    "ProviderError",
    "QuotaError",
    "RateLimitError",
    "Response",
    "ResponseStreamEvent",
    "ServerError",
    "TextDelta",
    "TextPart",
    "ThinkingDelta",
    "TimedOutError",
    "Timeouts",
    "ToolCallDelta",
    "UnknownProviderError",
    "UnsupportedError",
    "UsageDelta",
    "cost",
    "every_provider",
    "facts_about",
]
