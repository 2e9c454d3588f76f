"""Failures in plain words, each with its next step."""

from __future__ import annotations

from dataclasses import dataclass

from omnichat.registry import every_provider
from services.chats.replies import ModelReply, ReplyState


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way: a short state, a title, what is so and what to do, and what the provider said."""

    state: str
    title: str
    advice: str
    detail: str = ""


_WORDS = {
    "MissingKeyError": (
        "No key",
        "{who} needs a key",
        "Add one under Settings → Providers & keys, or put {variable}=… into the file .env and start OmniChat again.",
    ),
    "AddressError": (
        "No address",
        "{who} is not where it should be",
        "Check {address} under Settings → Providers & keys or in the file .env, then retry.",
    ),
    "AuthenticationError": (
        "Key refused",
        "{who} refuses its key",
        "Replace it under Settings → Providers & keys, or {variable} in the file .env, then retry.",
    ),
    "PermissionDeniedError": (
        "No access",
        "{who} does not allow this",
        "Ask {who} for access to this model, or choose another one.",
    ),
    "QuotaError": ("No credit", "Your account at {who} is used up", "Top it up at {who}, then retry."),
    "RateLimitError": ("Rate limit", "{who} takes no more requests for now", "{wait}, then retry."),
    "NotFoundError": (
        "Not found",
        "{who} does not know this model",
        "Choose another model from the list; this one may have been taken away.",
    ),
    "UnknownProviderError": (
        "Not found",
        "There is no such provider",
        "Choose another model from the list.",
    ),
    "EndlessAnswerError": (
        "Cut",
        "The answer did not end",
        "Ask for something shorter, or choose another model.",
    ),
    "ContextLengthError": (
        "Too long",
        "This chat is too long for the model",
        "Start a new chat, or choose a model that reads more.",
    ),
    "ContentFilterError": (
        "Blocked",
        "{who} blocked this by its safety rules",
        "Word the prompt differently, or choose another model.",
    ),
    "BlockedPromptError": (
        "Not sent",
        "The rules of this place do not let this prompt be sent",
        "Word it differently. If you think that is wrong, ask an admin.",
    ),
    "BlockedAnswerError": (
        "Blocked",
        "The rules of this place do not let this answer be shown",
        "Ask differently, or choose another model. If you think that is wrong, ask an admin.",
    ),
    "UncheckedError": (
        "Not checked",
        "What has to be checked here could not be",
        "Retry in a moment. If it goes on, tell an admin that the model that checks texts does not answer.",
    ),
    "BadRequestError": (
        "Refused",
        "{who} did not accept the request",
        "Look at the settings of this lane, or choose another model.",
    ),
    "NotAllowedError": (
        "Not allowed",
        "You may not ask this model",
        "Admins set which models are open to whom.",
    ),
    "UnsupportedError": ("Not possible", "This model cannot do that", "Choose a model that can."),
    "OverloadedError": ("Busy", "{who} is too busy right now", "{wait}, then retry."),
    "ServerError": ("Broken", "{who} has a problem of its own", "Retry in a moment; other lanes are not affected."),
    "ConnectionFailedError": (
        "Cut off",
        "The connection to {who} failed",
        "Check that {who} can be reached, then retry.",
    ),
    "ProviderError": ("Failed", "{who} could not answer", "Retry, or choose another model."),
    "TimedOutError": (
        "Silent",
        "{who} fell silent",
        "Retry; if it happens often, choose another model.",
    ),
}
_COVERED = Trouble(
    "Failed", "This answer failed", "Who it was and why can be seen after the vote, or without blind mode."
)
_BROKEN = ("Failed", "Something broke on our side", "Retry; if it happens again, look at the server's log.")
_LONGEST_DETAIL = 400


def trouble(reply: ModelReply, *, covered: bool = False) -> Trouble | None:
    """Return what stands in the way of an answer, or nothing; while ``covered`` not in words that tell who it was."""
    if reply.state is ReplyState.INTERRUPTED:
        advice = "What had come is kept." if reply.text else "Nothing had come yet; retry."
        return Trouble("Interrupted", "OmniChat ended while this was written", advice)
    if reply.state is not ReplyState.FAILED:
        return None
    if covered:
        return _COVERED
    state, title, advice = _WORDS.get(reply.failure, _BROKEN)
    names = _names(reply)
    kept = " What it wrote so far is kept." if reply.text else ""
    return Trouble(state, title.format(**names), advice.format(**names) + kept, _cut(reply.error))


def _names(reply: ModelReply) -> dict[str, str]:
    name = reply.model.partition("/")[0]
    provider = every_provider().get(name)
    wait = f"Wait {reply.retry_after:.0f} s" if reply.retry_after else "Wait a moment"
    return {
        "who": provider.title if provider else name or "The provider",
        "variable": (provider.key_env if provider else None) or "its key",
        "address": f"{name.upper()}_BASE_URL" if provider else "its address",
        "wait": wait,
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}…"
