"""Everything that can go wrong between us and a model.

OmniChatError                       status, hint
├── UnknownProviderError   404      no file in ``providers/`` has that name
├── MissingKeyError        401      nobody gave us a key
├── UnsupportedError       400      the model lacks a capability we need, or does not take a parameter
├── AddressError           400      a base address is missing, malformed or not allowed
└── ProviderError          502      the provider said no, or said nothing
    ├── BadRequestError    400
    │   ├── ContextLengthError
    │   └── ContentFilterError
    ├── AuthenticationError 401
    ├── QuotaError         402
    ├── PermissionDeniedError 403
    ├── NotFoundError      404
    ├── RateLimitError     429      retryable
    ├── ServerError        502      retryable
    ├── OverloadedError    503      retryable
    ├── ConnectionFailedError 502   retryable: no answer, or one that was cut off
    └── TimedOutError      504      retryable: no answer in time, or one that fell silent
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from typing import ClassVar, Self

from omnichat.capabilities import NOTHING, Capability
from omnichat.characters import whole

LONG = 8  # characters; the keys of most servers of one's own are shorter, if they have any


class OmniChatError(Exception):
    """Base of all errors raised by this package."""

    status: ClassVar[int] = 500
    hint: ClassVar[str] = ""


class UnknownProviderError(OmniChatError):
    """The text before the slash names no provider."""

    status = 404
    hint = "Choose a model from the list."


class MissingKeyError(OmniChatError):
    """Nobody gave us a key for this provider."""

    status = 401
    hint = "Set its key in the environment or in .env, then start again."


class UnsupportedError(OmniChatError):
    """The model cannot do what we need.

    ``missing`` is the capability it lacks; ``parameter`` names what it does not take instead.
    """

    status = 400
    hint = "Choose a model that can."

    def __init__(self, model: str, missing: Capability | str) -> None:
        if isinstance(missing, str):
            super().__init__(f"{model} does not take {missing}")
            self.missing, self.parameter = NOTHING, missing
        else:
            super().__init__(f"{model} lacks {', '.join(missing.names)}")
            self.missing, self.parameter = missing, ""


class AddressError(OmniChatError):
    """A base address is missing, malformed or not allowed."""

    status = 400
    hint = "Give a public https address; one inside the own network is for the operator to set."


class ProviderError(OmniChatError):
    """The provider refused, failed or fell silent.

    ``retryable`` says what is usual for the class, ``should_retry`` what the provider said of this one.
    """

    status = 502
    hint = "Try again, or choose another model."
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        status: int | None = None,
        code: str | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
        should_retry: bool | None = None,
    ) -> None:
        super().__init__(f"{provider}: {message}" if provider else message)
        self.message = message
        self.provider = provider
        self.provider_status = status
        self.code = code
        self.retry_after = retry_after
        self.request_id = request_id
        self.should_retry = self.retryable if should_retry is None else should_retry

    def told(self, provider: str, secrets: Sequence[str] = ()) -> Self:
        """Return this error, from now on named after ``provider`` and with ``secrets`` blotted out of its words.

        It stays the same object: one that is raised in the place of another still shows the other to whoever looks.
        """
        self.message, self.provider = _clean(self.message, secrets), provider
        self.code = _clean(self.code, secrets) if self.code else self.code
        self.args = (f"{provider}: {self.message}" if provider else self.message,)
        return self


def _clean(text: str, secrets: Sequence[str]) -> str:
    parts = {part for secret in secrets for part in (secret, *secret.split(":"))}  # some keys have two
    return whole(reduce(blotted, sorted(filter(None, parts), key=len, reverse=True), text))


def blotted(text: str, secret: str) -> str:
    """Return ``text`` without ``secret``; one so short that words may hold it counts only where it stands alone."""
    exactly = re.escape(secret)
    return re.sub(exactly if len(secret) >= LONG else rf"(?<!\w){exactly}(?!\w)", "[key]", text)


class BadRequestError(ProviderError):
    """The provider did not accept the request."""

    status = 400
    hint = "Change the parameters or choose another model."


class ContextLengthError(BadRequestError):
    """The conversation is longer than the model can read."""

    hint = "Shorten the conversation or choose a model that reads more."


class ContentFilterError(BadRequestError):
    """The provider's safety rules stopped the request."""

    hint = "Word the prompt differently or choose another model."


class AuthenticationError(ProviderError):
    """The key is wrong or expired."""

    status = 401
    hint = "Check the key of this provider."


class QuotaError(ProviderError):
    """The account has no money or no allowance left."""

    status = 402
    hint = "Top up the account at the provider."


class PermissionDeniedError(ProviderError):
    """The key is valid but may not do this."""

    status = 403
    hint = "Ask the provider for access, or choose another model."


class NotFoundError(ProviderError):
    """The provider has no such model, or no such address."""

    status = 404
    hint = "Choose another model."


class RateLimitError(ProviderError):
    """Too many requests."""

    status = 429
    hint = "Wait a moment, then try again."
    retryable = True


class ServerError(ProviderError):
    """The provider broke."""

    retryable = True


class OverloadedError(ProviderError):
    """The provider is too busy, or still loading the model."""

    status = 503
    hint = "Wait a moment, then try again."
    retryable = True


class ConnectionFailedError(ProviderError):
    """No answer, or an answer cut off half-way."""

    hint = "Check that the provider can be reached, then try again."
    retryable = True


class TimedOutError(ProviderError):
    """The provider took too long to begin, or fell silent half-way."""

    status = 504
    hint = "Try again; if it happens often, choose another model."
    retryable = True
