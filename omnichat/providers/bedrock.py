"""Amazon Bedrock: the models of many makers, in an AWS account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnichat.aws_profile import region_of
from omnichat.aws_sources import is_set_up
from omnichat.bedrock_dialect import ConverseDialect
from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import Efforts
from omnichat.endpoints.bedrock import BedrockEndpoints
from omnichat.messages import Effort
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING
TOOLED = PLAIN | Capability.TOOLS | Capability.FILES
SEEING = TOOLED | Capability.VISION
DRAWS = Capability.IMAGES | Capability.IMAGE_EDITS
MAKERS = {
    "anthropic.claude-3": SEEING,
    "anthropic.claude-3-7": SEEING | Capability.THINKING,
    "anthropic.": SEEING | Capability.THINKING | Capability.JSON,
    "amazon.nova-micro": TOOLED,
    "amazon.nova-2": SEEING | Capability.THINKING | Capability.SEARCH,
    "amazon.nova": SEEING,
    "amazon.nova-2-multimodal-embeddings": Capability.EMBEDDINGS,
    "amazon.nova-2-sonic": NOTHING,
    "amazon.nova-canvas": DRAWS,
    **dict.fromkeys(("amazon.nova-reel", "amazon.nova-sonic", "amazon.rerank", "cohere.rerank"), NOTHING),
    "amazon.titan-embed": Capability.EMBEDDINGS,
    "amazon.titan-image": DRAWS,
    "cohere.embed": Capability.EMBEDDINGS,
    "stability.": DRAWS,
    "openai.": PLAIN | Capability.TOOLS | Capability.THINKING,
    "deepseek.": TOOLED | Capability.THINKING,
    "meta.llama3-2-1": PLAIN,
    "meta.llama4": SEEING,
}
PLACES = ("", "us.", "eu.", "apac.", "jp.", "au.", "us-gov.", "global.")
BUDGETS: Mapping[Effort, int] = {"minimal": 1024, "low": 2048, "medium": 8192, "high": 16384, "max": 32000}  # tokens
ADAPTIVE: tuple[Effort, ...] = ("low", "medium", "high", "max")
COARSE: tuple[Effort, ...] = ("low", "medium", "high")


def _fields(**fields: Any) -> dict[str, Any]:
    return {"additionalModelRequestFields": fields}


def _by_budget() -> Efforts:
    asked: dict[Effort, dict[str, Any]] = {"none": {}}
    for level, budget in BUDGETS.items():
        asked[level] = _fields(thinking={"type": "enabled", "budget_tokens": budget})
    return asked


def _adaptive() -> Efforts:
    asked: dict[Effort, dict[str, Any]] = {"none": _fields(thinking={"type": "disabled"})}
    for level in ADAPTIVE:
        asked[level] = {**_fields(thinking={"type": "adaptive"}), "outputConfig": {"effort": level}}
    return asked


def _nova() -> Efforts:
    asked: dict[Effort, dict[str, Any]] = {"none": {}}
    for level in COARSE:
        asked[level] = _fields(reasoningConfig={"type": "enabled", "maxReasoningEffort": level})
    return asked


def locate(variables: Mapping[str, str], key: str | None) -> str | None:
    """Return the address of the region, if there is a key or something on this machine that proves who we are."""
    if not key and not is_set_up(variables):
        return None
    region = region_of(variables)
    return f"https://bedrock-runtime.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


PROVIDER = Provider(
    name="bedrock",
    title="Amazon Bedrock",
    base_url="https://bedrock-runtime.us-east-1.amazonaws.com",
    dialect=ConverseDialect(
        efforts=(
            (re.compile(r"claude-(v2|instant|3-(haiku|sonnet|opus|5))"), {}),
            (re.compile(r"claude-(3-7|(opus|sonnet|haiku)-4(-[015])?-(\d{8}|v\d))"), _by_budget()),
            (re.compile(r"claude"), _adaptive()),
            (re.compile(r"nova-2"), _nova()),
            (re.compile(r"gpt-oss"), {level: _fields(reasoning_effort=level) for level in COARSE}),
        ),
        skills=dict(sorted(MAKERS.items(), reverse=True)),
    ),
    key_env="BEDROCK_API_KEY",
    key_envs=("AWS_BEARER_TOKEN_BEDROCK",),
    docs_url="https://docs.aws.amazon.com/bedrock",
    keys_url="https://console.aws.amazon.com/bedrock/home#/api-keys",
    signing="aws",
    locate=locate,
    endpoints=BedrockEndpoints(),
    can=PLAIN | Capability.TOOLS,
    skills={place + maker: skills for place in PLACES for maker, skills in MAKERS.items()},
)
