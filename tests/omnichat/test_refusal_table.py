"""The status and the body of each provider's refusals, and the error that they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
from omnichat.refusals import refusal


def openai(message: str, code: str | None = None, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def claude(kind: str, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message, **more}, "request_id": "req_1"}


def google(code: int, status: str, message: str = "no", *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def router(code: int, message: str, **metadata: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "metadata": metadata}}


PER_DAY = {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}]}
KEY_INVALID = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}
FILTERED = {
    "error": {"code": "content_filter", "message": "no", "innererror": {"code": "ResponsibleAIPolicyViolation"}}
}
TABLE: list[tuple[str, int, Any, type[ProviderError]]] = [
    ("openai", 400, openai("This model's maximum context length is 8 tokens"), ContextLengthError),
    ("openai", 400, openai("no", "context_length_exceeded"), ContextLengthError),
    ("openai", 400, openai("too long", "string_above_max_length"), BadRequestError),
    ("openai", 400, openai("rejected as a result of our safety system"), ContentFilterError),
    ("openai", 400, openai("no", "content_policy_violation"), ContentFilterError),
    ("openai", 400, openai("Unsupported parameter", "unsupported_parameter"), BadRequestError),
    ("openai", 401, openai("no", "invalid_api_key"), AuthenticationError),
    ("openai", 403, openai("Country not supported", "unsupported_country_region_territory"), PermissionDeniedError),
    ("openai", 404, openai("no", "model_not_found"), NotFoundError),
    ("openai", 429, openai("no", "rate_limit_exceeded", "requests"), RateLimitError),
    *(
        ("openai", 429, openai("no", code), QuotaError)
        for code in (
            *("insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded"),
            *("project_spend_limit_exceeded", "organization_usage_limit_exceeded"),
        )
    ),
    ("openai", 503, openai("no", "server_is_overloaded"), OverloadedError),
    ("openai", 500, openai("no", None, "server_error"), ServerError),
    ("azure", 400, FILTERED, ContentFilterError),
    ("azure", 404, {"error": {"code": "DeploymentNotFound", "message": "no"}}, NotFoundError),
    ("azure", 401, {"error": {"code": "401", "message": "Access denied"}}, AuthenticationError),
    ("azure", 429, {"statusCode": 429, "message": "Rate limit is exceeded"}, RateLimitError),
    ("anthropic", 400, claude("invalid_request_error", "prompt is too long: 9 tokens > 8"), ContextLengthError),
    ("anthropic", 400, claude("invalid_request_error", "exceed context limit: 9 > 8"), ContextLengthError),
    ("anthropic", 400, claude("invalid_request_error", "Your credit balance is too low"), QuotaError),
    ("anthropic", 400, claude("invalid_request_error"), BadRequestError),
    ("anthropic", 401, claude("authentication_error"), AuthenticationError),
    ("anthropic", 402, claude("billing_error"), QuotaError),
    ("anthropic", 403, claude("permission_error"), PermissionDeniedError),
    ("anthropic", 404, claude("not_found_error"), NotFoundError),
    ("anthropic", 409, claude("conflict_error"), BadRequestError),
    ("anthropic", 413, claude("request_too_large"), BadRequestError),
    ("anthropic", 429, claude("rate_limit_error"), RateLimitError),
    (
        "anthropic",
        429,
        claude("rate_limit_error", details={"error_code": "enforced_spend_limit_reached"}),
        QuotaError,
    ),
    ("anthropic", 500, claude("api_error"), ServerError),
    ("anthropic", 504, claude("timeout_error"), TimedOutError),
    ("anthropic", 529, claude("overloaded_error"), OverloadedError),
    ("openrouter", 403, router(403, "flagged", reasons=["x"], flagged_input="y"), ContentFilterError),
    ("openrouter", 402, router(402, "no", error_type="payment_required"), QuotaError),
    ("openrouter", 402, router(402, "no", error_type="in_flight_budget_exhausted"), RateLimitError),
    ("openrouter", 404, router(404, "No endpoints found for m"), NotFoundError),
    ("openrouter", 400, router(400, "no", error_type="context_length_exceeded"), ContextLengthError),
    ("openrouter", 502, router(502, "no", error_type="provider_overloaded"), OverloadedError),
    ("openrouter", 408, router(408, "no", error_type="timeout"), TimedOutError),
    ("openrouter", 413, router(413, "no", error_type="payload_too_large"), BadRequestError),
    (
        "together",
        403,
        openai("Input token count + max_tokens parameter must be less than the context length of the model"),
        ContextLengthError,
    ),
    ("together", 402, openai("spend limit"), QuotaError),
    ("together", 503, openai("The engine is currently overloaded"), OverloadedError),
    ("groq", 498, openai("no", "capacity_exceeded"), OverloadedError),
    ("groq", 413, openai("Request too large: tokens per minute", "rate_limit_exceeded", "tokens"), RateLimitError),
    ("groq", 400, openai("no", "tool_use_failed"), BadRequestError),
    ("groq", 424, openai("no"), ServerError),
    ("fireworks", 412, {"error": {"object": "error", "type": "x", "message": "suspended"}}, BadRequestError),
    ("google", 400, google(400, "INVALID_ARGUMENT", "API key not valid", KEY_INVALID), AuthenticationError),
    ("google", 400, [google(400, "INVALID_ARGUMENT")], BadRequestError),
    (
        "google",
        400,
        google(400, "INVALID_ARGUMENT", "input token count (9) exceeds the maximum number of tokens allowed (8)"),
        ContextLengthError,
    ),
    (
        "google",
        400,
        google(400, "FAILED_PRECONDITION", "User location is not supported for the API use"),
        PermissionDeniedError,
    ),
    ("google", 400, google(400, "FAILED_PRECONDITION", "Please enable billing on project"), QuotaError),
    ("google", 401, google(401, "UNAUTHENTICATED"), AuthenticationError),
    ("google", 402, google(402, "RESOURCE_EXHAUSTED"), QuotaError),
    ("google", 403, google(403, "PERMISSION_DENIED"), PermissionDeniedError),
    ("google", 404, google(404, "NOT_FOUND"), NotFoundError),
    ("google", 429, google(429, "RESOURCE_EXHAUSTED"), RateLimitError),
    ("google", 429, google(429, "RESOURCE_EXHAUSTED", "no", PER_DAY), QuotaError),
    ("google", 503, google(503, "UNAVAILABLE"), OverloadedError),
    ("google", 504, google(504, "DEADLINE_EXCEEDED"), TimedOutError),
    ("cohere", 498, {"id": "1", "message": "invalid token"}, AuthenticationError),
    ("cohere", 422, {"id": "1", "message": "no"}, BadRequestError),
    ("cohere", 499, {"id": "1", "message": "cancelled"}, BadRequestError),
    ("cohere", 501, {"id": "1", "message": "no"}, ServerError),
    ("mistral", 422, {"detail": [{"loc": ["body"], "msg": "Field required", "type": "missing"}]}, BadRequestError),
    ("mistral", 401, {"detail": "Unauthorized"}, AuthenticationError),
    (
        "mistral",
        400,
        {"object": "error", "message": "Prompt is too long", "type": "x", "code": "1"},
        ContextLengthError,
    ),
    ("xai", 400, {"code": "invalid", "error": "Incorrect API key provided: x"}, AuthenticationError),
    ("xai", 429, {"code": "resource-exhausted", "error": "Too many requests"}, RateLimitError),
    ("deepseek", 402, openai("Insufficient Balance", None, "unknown_error"), QuotaError),
    ("deepseek", 422, openai("no"), BadRequestError),
    (
        "cerebras",
        400,
        {"error": {"message": "current length is 9 while limit is 8", "code": "x", "type": "y"}},
        ContextLengthError,
    ),
    ("huggingface", 422, {"error": "`inputs` tokens + `max_new_tokens` must be <= 8"}, ContextLengthError),
    ("huggingface", 402, {"error": "You have exceeded your monthly included credits"}, QuotaError),
    ("replicate", 422, {"title": "Input validation failed", "detail": "- input: no", "status": 422}, BadRequestError),
    ("replicate", 429, {"detail": "Request was throttled.", "status": 429}, RateLimitError),
    ("ollama", 404, {"error": "model 'm' not found"}, NotFoundError),
    ("ollama", 400, {"error": "the input length exceeds the context length"}, ContextLengthError),
    (
        "llamacpp",
        503,
        {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
        OverloadedError,
    ),
    (
        "llamacpp",
        400,
        {"error": {"code": 400, "message": "exceeds the available context size", "type": "exceed_context_size_error"}},
        ContextLengthError,
    ),
    ("llamacpp", 501, {"error": {"code": 501, "message": "no", "type": "not_supported_error"}}, ServerError),
    ("vllm", 400, {"object": "error", "message": "maximum context length is 8", "code": 400}, ContextLengthError),
    ("any", 405, "", BadRequestError),
    ("any", 413, "<html>413 Request Entity Too Large</html>", BadRequestError),
    ("any", 502, "<html>Bad gateway</html>", ServerError),
    ("any", 504, "upstream timed out", TimedOutError),
    ("any", 520, "error code: 520", ServerError),
    ("any", 524, "error code: 524", ServerError),
    ("any", 418, '"teapot"', BadRequestError),
]
AMAZONS = [
    ("ThrottlingException", 429, RateLimitError),
    ("AccessDeniedException", 403, PermissionDeniedError),
    ("ResourceNotFoundException", 404, NotFoundError),
    ("ServiceQuotaExceededException", 400, QuotaError),
    ("ModelTimeoutException", 408, TimedOutError),
    ("ModelErrorException", 424, ServerError),
    ("ModelStreamErrorException", 424, ServerError),
    ("ModelNotReadyException", 429, OverloadedError),
    ("InternalServerException", 500, ServerError),
    ("ServiceUnavailableException", 503, OverloadedError),
    ("ValidationException", 400, BadRequestError),
    ("UnrecognizedClientException", 403, AuthenticationError),
    ("ExpiredTokenException", 403, AuthenticationError),
]


@pytest.mark.parametrize(("name", "status", "body", "kind"), TABLE)
def test_status_and_body_say_which_error_it_is(name: str, status: int, body: Any, kind: type[ProviderError]) -> None:
    error = refusal(body if isinstance(body, str) else json.dumps(body), status, {"x-request-id": "r1"})
    assert (type(error), error.provider_status, error.request_id) == (kind, status, "r1")
    assert error.message
    assert "<html>" not in error.message


@pytest.mark.parametrize(("code", "status", "kind"), AMAZONS)
def test_amazon_names_its_errors_in_a_header_or_in_a_frame(code: str, status: int, kind: type[ProviderError]) -> None:
    told = {"x-amzn-errortype": f"{code}:http://a.example", "x-amzn-requestid": "r2"}
    error = refusal('{"message": "no"}', status, told)
    assert (type(error), error.code, error.provider_status, error.request_id) == (kind, code, status, "r2")
    framed = refusal(json.dumps({"error": {"message": "no", "code": code[0].lower() + code[1:]}}))
    assert type(framed) is kind or kind is PermissionDeniedError  # which no frame says


def test_amazons_input_may_be_too_long() -> None:
    told = {"x-amzn-errortype": "ValidationException"}
    assert type(refusal('{"message": "Input is too long for requested model."}', 400, told)) is ContextLengthError


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, "{}", 7.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, "{}", 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, "{}", 0.0),
        ({"retry-after": "soon"}, "{}", None),
        ({}, json.dumps(google(429, "RESOURCE_EXHAUSTED", "no", {"retryDelay": "37s"})), 37.0),
        ({}, "{}", None),
    ],
)
def test_the_wait_that_is_wished_for_is_told_in_seconds(headers: dict[str, str], body: str, seconds: float) -> None:
    assert refusal(body, 429, headers).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "headers", "again"),
    [
        (400, {}, False),
        (409, {}, True),
        (429, {}, True),
        (429, {"x-should-retry": "false"}, False),
        (400, {"x-should-retry": "true"}, True),
        (503, {}, True),
    ],
)
def test_who_may_be_asked_again_is_said_by_the_class_the_status_or_the_provider(
    status: int, headers: dict[str, str], again: bool
) -> None:
    assert refusal("{}", status, headers).should_retry is again


def test_more_tokens_than_a_minutes_are_not_sent_again() -> None:
    assert not refusal(json.dumps(openai("too large", "rate_limit_exceeded", "tokens")), 413).should_retry
