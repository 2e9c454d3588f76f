"""Azure OpenAI: OpenAI's models, and others, in a resource of Microsoft's cloud."""

import re

from omnichat.azure_dialect import AzureDialect
from omnichat.capabilities import NOTHING, Capability
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING
SEEING = PLAIN | Capability.VISION | Capability.TOOLS | Capability.JSON
MODELS = {
    "gpt": SEEING,
    "gpt-35": PLAIN | Capability.TOOLS,
    "gpt-3.5": PLAIN | Capability.TOOLS,
    "gpt-5": SEEING | Capability.THINKING,
    "gpt-5-chat": SEEING,
    "gpt-6": SEEING | Capability.THINKING,
    "gpt-audio": PLAIN | Capability.AUDIO,
    "gpt-image": Capability.IMAGES | Capability.IMAGE_EDITS,
    "gpt-realtime": Capability.REALTIME,
    "gpt-4o-realtime": Capability.REALTIME,
    "gpt-4o-transcribe": Capability.TRANSCRIPTION,
    "gpt-4o-mini-transcribe": Capability.TRANSCRIPTION,
    "gpt-4o-mini-tts": Capability.SPEECH,
    "o1": SEEING | Capability.THINKING,
    "o3": SEEING | Capability.THINKING,
    "o4": SEEING | Capability.THINKING,
    "text-embedding": Capability.EMBEDDINGS,
    "dall-e": Capability.IMAGES,
    "sora": NOTHING,
    "tts": Capability.SPEECH,
    "whisper": Capability.TRANSCRIPTION | Capability.TRANSLATION,
}

PROVIDER = Provider(
    name="azure",
    title="Azure OpenAI",
    base_url="",
    dialect=AzureDialect(
        max_tokens_field="max_completion_tokens",
        takes=Capability.VISION | Capability.AUDIO,
        no_sampling=re.compile(r"o\d|gpt-5(-(?!chat)|$)|gpt-5\.\d.*-(pro|chat)"),
        no_sampling_while_thinking=re.compile(r"gpt-(5\.[5-9]|[6-9])(?!.*-(pro|chat))"),
        skills=MODELS,
    ),
    endpoints=OpenAIEndpoints(
        offers=Capability.COMPLETIONS
        | Capability.EMBEDDINGS
        | Capability.STORAGE
        | Capability.TRANSCRIPTION
        | Capability.TRANSLATION
        | Capability.SPEECH
        | Capability.IMAGES
        | Capability.IMAGE_EDITS,
        packs=True,
    ),
    key_env="AZURE_API_KEY",
    key_envs=("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"),
    address_envs=("AZURE_OPENAI_ENDPOINT",),
    query_envs={"api-version": ("AZURE_API_VERSION", "OPENAI_API_VERSION")},
    docs_url="https://learn.microsoft.com/azure/ai-foundry/openai",
    keys_url="https://ai.azure.com",
    can=SEEING,
    skills=MODELS,
    also=Capability.RESPONSES,
    realtime="openai",
)
