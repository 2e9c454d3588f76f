"""LM Studio: models on your own machine."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import levels
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.lmstudio_dialect import LmStudioDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PROVIDER = Provider(
    name="lmstudio",
    title="LM Studio",
    base_url="http://127.0.0.1:1234/v1",
    dialect=LmStudioDialect(
        takes=Capability.VISION,
        parameters=PARAMETERS,
        efforts=((re.compile(""), levels("low", "medium", "high")),),
    ),
    key_env="LMSTUDIO_API_KEY",
    key_envs=("LM_API_TOKEN",),
    docs_url="https://lmstudio.ai/docs",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=TEXTS),
    can=Capability.CHAT | Capability.STREAMING | Capability.JSON,
    skills={"text-embedding": Capability.EMBEDDINGS},
    also=Capability.RESPONSES,
)
