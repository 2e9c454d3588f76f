"""What a provider says when it says no, sorted into our errors.

See https://platform.openai.com/docs/guides/error-codes,
https://platform.claude.com/docs/en/api/errors,
https://ai.google.dev/gemini-api/docs/troubleshooting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from omnichat.errors import (
    AuthenticationError,
    BadRequestError,
    ContentFilterError,
    ContextLengthError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    QuotaError,
    RateLimitError,
    ServerError,
    TimedOutError,
)
from omnichat.google_details import PER_DAY, read_delay, read_reasons
from omnichat.wire_json import mapping, words

REQUEST_IDS = ("x-request-id", "request-id", "x-generation-id", "apim-request-id", "x-amzn-requestid")
TOKEN = re.compile(r"(x-amz-security-token:|ya29\.)[^\s\\\",'<&]+", re.IGNORECASE)  # Amazon repeats what it was sent
AGAIN = {409: True, 413: False}  # a request of more tokens than a minute's is no better for waiting
STATUS = re.compile(r"[45]\d\d")
KEPT = 2000  # characters of a message: a page of HTML from a proxy is no message

CODES: Mapping[str, type[ProviderError]] = {
    "authentication_error": AuthenticationError,
    "authentication": AuthenticationError,
    "invalid_api_key": AuthenticationError,
    "invalid_authentication_error": AuthenticationError,
    "api_key_invalid": AuthenticationError,
    "invalid_grant": AuthenticationError,
    "invalid_client": AuthenticationError,
    "permission_error": PermissionDeniedError,
    "permission_denied": PermissionDeniedError,
    "not_found_error": NotFoundError,
    "not_found": NotFoundError,
    "model_not_found": NotFoundError,
    "resource_not_found_error": NotFoundError,
    "1211": NotFoundError,  # Z.AI's numbers
    "context_length_exceeded": ContextLengthError,
    "exceed_context_size_error": ContextLengthError,
    "request_too_large": BadRequestError,
    "payload_too_large": BadRequestError,
    "1261": ContextLengthError,
    "content_filter": ContentFilterError,
    "content_policy_violation": ContentFilterError,
    "refusal": ContentFilterError,
    "bio_policy": ContentFilterError,
    "misalignment_policy_violation": ContentFilterError,
    "1301": ContentFilterError,
    "billing_error": QuotaError,
    "payment_required": QuotaError,
    "insufficient_quota": QuotaError,
    PER_DAY: QuotaError,
    "billing_disabled": QuotaError,
    "credit_balance_exhausted": QuotaError,
    "organization_spend_limit_exceeded": QuotaError,
    "project_spend_limit_exceeded": QuotaError,
    "organization_usage_limit_exceeded": QuotaError,
    "enforced_spend_limit_reached": QuotaError,
    "contract_spend_limit_reached": QuotaError,
    "exceeded_current_quota_error": QuotaError,
    "1113": QuotaError,
    "in_flight_budget_exhausted": RateLimitError,
    "rate_limit_error": RateLimitError,
    "rate_limit_exceeded": RateLimitError,
    "rate_limit_reached_error": RateLimitError,
    "slow_down": RateLimitError,
    "overloaded_error": OverloadedError,
    "engine_overloaded_error": OverloadedError,
    "1312": OverloadedError,
    "server_is_overloaded": OverloadedError,
    "provider_overloaded": OverloadedError,
    "unavailable_error": OverloadedError,
    "capacity_exceeded": OverloadedError,
    "timeout": TimedOutError,
    "timeout_error": TimedOutError,
    "provider_unavailable": ServerError,
    "throttlingexception": RateLimitError,
    "servicequotaexceededexception": QuotaError,
    "resourcenotfoundexception": NotFoundError,
    "unrecognizedclientexception": AuthenticationError,
    "invalidsignatureexception": AuthenticationError,
    "incompletesignatureexception": AuthenticationError,
    "missingauthenticationtokenexception": AuthenticationError,
    "expiredtokenexception": AuthenticationError,
    "modelnotreadyexception": OverloadedError,
    "serviceunavailableexception": OverloadedError,
    "modeltimeoutexception": TimedOutError,
    "modelerrorexception": ServerError,
    "modelstreamerrorexception": ServerError,
    "internalserverexception": ServerError,
    "deploymentnotfound": NotFoundError,
}

VAGUE = {"api_error", "server_error", "internal_server_error"}  # say less than a status, where there is one

PATTERNS: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (
        re.compile(
            r"context_length_exceeded|maximum (context|prompt) length|(prompt|input) is too long|exceed context limit"
            r"|exceeds the available context size|exceeds the maximum number of tokens allowed"
            r"|is longer than the model's context length|inputs`? tokens \+ `?max_new_tokens`? must be"
            r"|exceeded model token limit"
            r"|current length is .{1,40} while limit is|maximum input length is .{1,40} tokens"
            r"|input tokens exceed the configured limit|(less than|greater than|exceeds) the context length",
            re.IGNORECASE,
        ),
        ContextLengthError,
    ),
    (
        re.compile(
            r"content_filter|content_policy_violation|ResponsibleAIPolicyViolation|flagged_input"
            r"|rejected as a result of our safety system|guardrail",
            re.IGNORECASE,
        ),
        ContentFilterError,
    ),
    (
        re.compile(r"credit balance is too low|requires billing|enable billing|billing account", re.IGNORECASE),
        QuotaError,
    ),
    (
        re.compile(
            r"API_KEY_INVALID|API key not valid|incorrect api key|invalid (api )?token\b"
            r"|make sure your API key is valid",
            re.IGNORECASE,
        ),
        AuthenticationError,
    ),
    (re.compile(r"user location is not supported", re.IGNORECASE), PermissionDeniedError),
    (re.compile(r"loading model", re.IGNORECASE), OverloadedError),
)

OURS = ("invalid", "validation", "unsupported", "image_", "empty_image", "failed_to_download")  # codes of our faults
STATUSES: Mapping[int, type[ProviderError]] = {
    401: AuthenticationError,
    402: QuotaError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: TimedOutError,
    424: ServerError,
    429: RateLimitError,
    498: OverloadedError,
    503: OverloadedError,
    504: TimedOutError,
    529: OverloadedError,
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """The words of a provider: a message, its codes from the most particular on, a status if it names one."""

    message: str
    codes: tuple[str, ...] = ()
    status: int | None = None
    retry_after: float | None = None
    request_id: str | None = None
    body: str = field(default="", repr=False)


def refusal(body: str, status: int | None = None, headers: Mapping[str, str] | None = None) -> ProviderError:
    """Return the error that a refused request's ``body``, ``status`` and ``headers`` speak of, not yet named."""
    said, told = read_complaint(TOKEN.sub(r"\1[key]", body)), headers or {}
    status = status or said.status
    if named := told.get("x-amzn-errortype", "").partition(":")[0]:
        said = replace(said, codes=(named, *said.codes))
    wait = wait_wished(told)
    retry = told.get("x-should-retry", "").lower()
    return kind_of(said, status)(
        said.message or f"answered with status {status}",
        provider="",
        status=status,
        code=said.codes[0] if said.codes else None,
        retry_after=said.retry_after if wait is None else wait,
        request_id=request_id(told) or said.request_id,
        should_retry={"true": True, "false": False}.get(retry, AGAIN.get(status or 0)),
    )


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the name that the provider gave to a request, for its support to look up."""
    return next((headers[name] for name in REQUEST_IDS if headers.get(name)), None)


def kind_of(said: Complaint, status: int | None) -> type[ProviderError]:
    """Return the class: by code, then by wording, then by status."""
    for code in (code.lower() for code in said.codes):
        if code in CODES:
            return CODES[code]
        if code in VAGUE and status is None:
            return ServerError
    if "string_above_max_length" not in said.codes:
        for pattern, kind in PATTERNS:
            if pattern.search(said.body):
                return kind
    if status is None:
        return BadRequestError if any(code.startswith(OURS) for code in said.codes) else ServerError
    return STATUSES.get(status) or (BadRequestError if 400 <= status < 500 else ServerError)


def read_complaint(body: str) -> Complaint:
    """Read the many shapes an error body has, down to plain text."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return Complaint(_plain(body), body=body[:KEPT])
    match parsed[0] if isinstance(parsed, list) and parsed else parsed:
        case {"error": {} as error, "request_id": str(name)}:
            return replace(_from_object(error, body), request_id=name)
        case {"error": {} as error} as whole:
            return _from_object({"status_code": whole.get("status_code"), **error}, body)
        case {"error": str(code), "error_description": str(text)}:  # OAuth's shape
            return Complaint(f"{code}: {text}"[:KEPT], (code,), body=body[:KEPT])
        case ({"error": str(text)} | {"message": str(text)} | {"detail": str(text)}) as error:
            return _from_object({**error, "message": text}, body)
        case {"detail": [{"msg": str()}, *_] as faults}:  # of a body that fits no schema
            return _from_object({"message": _faults(faults)}, body)
        case {"error": [{} as error, *_]} | {"errors": [{} as error, *_]} | ({} as error):
            return _from_object(error, body)
    return Complaint(_plain(body), body=body[:KEPT])


def _from_object(error: Mapping[str, Any], body: str) -> Complaint:
    inner = [part for name in ("metadata", "details") if isinstance(part := error.get(name), dict)]
    named = [part.get("error_type") or part.get("error_code") for part in inner]
    reasons = read_reasons(error.get("details"))
    spoken = (*named, *reasons, error.get("code"), error.get("type"), error.get("status"))
    codes = [code for code in spoken if code]
    message = error.get("message") or error.get("Message")
    if not isinstance(message, str) or not message:
        message = _plain(body)
    statuses = (error.get("status_code"), error.get("statusCode"), *codes)
    numbers = [int(told) for told in map(str, statuses) if STATUS.fullmatch(told)]
    return Complaint(
        message[:KEPT],
        tuple(code for code in codes if isinstance(code, str) and code != "error"),
        numbers[0] if numbers else None,
        read_delay(error.get("details")),
        body=body[:KEPT],
    )


def _faults(faults: list[Any]) -> str:
    told = [(mapping(fault).get("loc"), words(mapping(fault).get("msg"))) for fault in faults]
    return "; ".join(f"{'.'.join(map(str, at))}: {text}" if isinstance(at, list) else text for at, text in told)


def _plain(body: str) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", body[: 10 * KEPT], flags=re.DOTALL | re.IGNORECASE)
    return " ".join(text.split())[:300]


def wait_wished(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a provider asks us to wait, from its headers."""
    with suppress(ValueError):
        return max(0.0, float(headers.get("retry-after-ms", "")) / 1000)
    after = headers.get("retry-after", "")
    with suppress(ValueError):
        return max(0.0, float(after))
    with suppress(ValueError):
        when = parsedate_to_datetime(after)
        return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    return None
