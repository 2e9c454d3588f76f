"""Local: model files in a folder of ours, run by llama.cpp in a child process."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import SWITCHED
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PROVIDER = Provider(
    name="local",
    title="This computer",
    base_url="",
    dialect=OpenAIDialect(takes=NOTHING, parameters=PARAMETERS, efforts=((re.compile(""), SWITCHED),)),
    key_env=None,
    docs_url="https://github.com/ggml-org/llama.cpp",
    key_needed=False,
    continues=True,
    endpoints=OpenAIEndpoints(offers=TEXTS, packs=True),
    can=Capability.CHAT | Capability.STREAMING | Capability.JSON | Capability.LOGPROBS,
    also=Capability.RESPONSES | Capability.TOOLS | Capability.THINKING,
)
