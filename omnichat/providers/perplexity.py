"""Perplexity: answers from the web, by its Agent API; the names of the Sonar models are still understood."""

import re

from omnichat.capabilities import Capability
from omnichat.endpoints.perplexity import PerplexityEndpoints
from omnichat.provider import Provider
from omnichat.responses_dialect import TAKEN, ResponsesDialect, reasons

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.JSON | Capability.SEARCH | Capability.VISION
PRESETS = {"sonar": "fast", "sonar-pro": "low", "sonar-reasoning-pro": "medium", "sonar-deep-research": "high"}

PROVIDER = Provider(
    name="perplexity",
    title="Perplexity",
    base_url="https://api.perplexity.ai",
    dialect=ResponsesDialect(
        path="/v1/responses",
        models_path="/v1/models",
        parameters=TAKEN - {"temperature", "top_p", "tool_choice", "parallel_tool_calls", "logprobs"},
        seals=False,
        format_field="response_format",
        efforts=((re.compile(""), reasons("minimal", "low", "medium", "high", "xhigh")),),
        former={name: {"model": "perplexity/sonar", "preset": preset} for name, preset in PRESETS.items()},
    ),
    key_env="PERPLEXITY_API_KEY",
    key_envs=("PPLX_API_KEY",),
    docs_url="https://docs.perplexity.ai",
    keys_url="https://www.perplexity.ai/account/api/keys",
    endpoints=PerplexityEndpoints(),
    can=PLAIN | Capability.TOOLS | Capability.THINKING,
    skills={"sonar": PLAIN, "pplx-embed": Capability.EMBEDDINGS},
    also=Capability.RESPONSES,
    responses_path="/v1/responses",
)
