"""Mistral AI: its own models."""

from omnichat.capabilities import NOTHING, Capability
from omnichat.endpoints.mistral import MistralEndpoints
from omnichat.endpoints.openai import TEXTS
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="mistral",
    title="Mistral AI",
    base_url="https://api.mistral.ai/v1",
    dialect=OpenAIDialect(asks_for_usage=False, takes=Capability.VISION),
    key_env="MISTRAL_API_KEY",
    docs_url="https://docs.mistral.ai",
    keys_url="https://console.mistral.ai/api-keys",
    endpoints=MistralEndpoints(
        offers=TEXTS | Capability.TRANSCRIPTION | Capability.SPEECH | Capability.MODERATION | Capability.STORAGE,
        paths={"/completions": "/fim/completions"},
        renamed={"voice": "voice_id", "dimensions": "output_dimension"},
        sound_field="audio_data",
    ),
    can=PLAIN,
    skills={
        "magistral": PLAIN | Capability.THINKING,
        "mistral-medium": PLAIN | Capability.VISION,
        "mistral-small": PLAIN | Capability.VISION,
        "mistral-large": PLAIN | Capability.VISION,
        "pixtral": PLAIN | Capability.VISION,
        "voxtral": PLAIN | Capability.AUDIO,
        "mistral-embed": Capability.EMBEDDINGS,
        "codestral-embed": Capability.EMBEDDINGS,
        "mistral-moderation": Capability.MODERATION,
        "mistral-ocr": NOTHING,
    },
)
