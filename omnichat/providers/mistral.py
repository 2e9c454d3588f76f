"""Mistral AI: its own models."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import levels
from omnichat.endpoints.mistral import MistralEndpoints
from omnichat.mistral_dialect import MistralDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="mistral",
    title="Mistral AI",
    base_url="https://api.mistral.ai/v1",
    dialect=MistralDialect(
        spelled={"seed": "random_seed"},
        takes=Capability.VISION | Capability.FILES | Capability.AUDIO,
        parameters=PARAMETERS - {"top_k", "logprobs"},
        efforts=((re.compile("mistral-(small|medium)"), levels("none", "high")),),
    ),
    key_env="MISTRAL_API_KEY",
    docs_url="https://docs.mistral.ai",
    keys_url="https://console.mistral.ai/api-keys",
    endpoints=MistralEndpoints(),
    continues=True,
    can=PLAIN,
    skills={
        "magistral": PLAIN | Capability.THINKING,
        **dict.fromkeys(("mistral-", "pixtral"), PLAIN | Capability.VISION | Capability.FILES),
        **dict.fromkeys(("mistral-embed", "codestral-embed"), Capability.EMBEDDINGS),
        "voxtral": PLAIN | Capability.AUDIO,
        "mistral-moderation": Capability.MODERATION,
        "mistral-ocr": NOTHING,
    },
)
