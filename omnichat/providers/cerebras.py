"""Cerebras: open models on its own chips."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import levels
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="cerebras",
    title="Cerebras",
    base_url="https://api.cerebras.ai/v1",
    dialect=OpenAIDialect(
        max_tokens_field="max_completion_tokens",
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION,
        models_path="/models?format=openrouter",
        parameters=PARAMETERS - {"top_k", "frequency_penalty", "presence_penalty"},
        efforts=(
            (re.compile("gpt-oss"), levels("low", "medium", "high")),
            (re.compile("zai-glm|qwen-3"), levels("none", "low", "medium", "high")),
        ),
    ),
    key_env="CEREBRAS_API_KEY",
    docs_url="https://inference-docs.cerebras.ai",
    keys_url="https://cloud.cerebras.ai/platform",
    endpoints=OpenAIEndpoints(offers=Capability.COMPLETIONS),
    can=PLAIN,
    skills={
        "gpt-oss": PLAIN | Capability.THINKING,
        "zai-glm": PLAIN | Capability.THINKING,
        "qwen-3": PLAIN | Capability.THINKING,
    },
)
