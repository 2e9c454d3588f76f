"""xAI: the Grok models, by the Responses API; their chat completions are deprecated, and still understood."""

import re

from omnichat.capabilities import Capability
from omnichat.endpoints.xai import XaiEndpoints
from omnichat.provider import Provider
from omnichat.responses_dialect import ResponsesDialect, reasons

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON | Capability.SEARCH
SEEING = PLAIN | Capability.VISION
LEVELS = (
    (re.compile(r"grok-3-mini"), reasons("low", "high", summary="auto")),
    (re.compile(r"grok-4\.3"), reasons("none", "low", "medium", "high", summary="auto")),
    (re.compile(r"grok-(4\.[4-9]|[5-9])"), reasons("low", "medium", "high", "xhigh", summary="auto")),
)

PROVIDER = Provider(
    name="xai",
    title="xAI",
    base_url="https://api.x.ai/v1",
    dialect=ResponsesDialect(efforts=LEVELS, logprobs="flag"),
    key_env="XAI_API_KEY",
    docs_url="https://docs.x.ai",
    keys_url="https://console.x.ai",
    endpoints=XaiEndpoints(),
    can=SEEING | Capability.THINKING,
    skills={
        "grok-2": PLAIN,
        "grok-2-vision": SEEING,
        "grok-3": PLAIN,
        "grok-3-mini": PLAIN | Capability.THINKING,
        "grok-4-fast-non-reasoning": SEEING,
        "grok-4-1-fast-non-reasoning": SEEING,
        "grok-code": PLAIN | Capability.THINKING,
        **dict.fromkeys(("grok-imagine", "grok-2-image"), Capability.IMAGES),
    },
    also=Capability.RESPONSES,
    realtime="openai",
)
