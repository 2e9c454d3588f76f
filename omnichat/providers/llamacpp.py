"""llama.cpp: a llama-server of one's own."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import SWITCHED
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PROVIDER = Provider(
    name="llamacpp",
    title="llama.cpp",
    base_url="http://127.0.0.1:9931/v1",
    dialect=OpenAIDialect(
        takes=Capability.VISION | Capability.AUDIO, parameters=PARAMETERS, efforts=((re.compile(""), SWITCHED),)
    ),
    key_env="LLAMACPP_API_KEY",
    docs_url="https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
    key_needed=False,
    lists_openly=True,
    continues=True,
    endpoints=OpenAIEndpoints(offers=TEXTS, packs=True),
    can=Capability.CHAT | Capability.STREAMING | Capability.JSON | Capability.LOGPROBS,
    also=Capability.RESPONSES | Capability.TOOLS | Capability.THINKING | Capability.VISION | Capability.AUDIO,
)
