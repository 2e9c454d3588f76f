"""Z.AI: the GLM models."""

from omnichat.capabilities import NOTHING, Capability
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="zai",
    title="Z.AI",
    base_url="https://api.z.ai/api/paas/v4",
    dialect=OpenAIDialect(asks_for_usage=False, takes=Capability.VISION),
    key_env="ZAI_API_KEY",
    key_envs=("Z_AI_API_KEY", "ZHIPUAI_API_KEY"),
    docs_url="https://docs.z.ai",
    keys_url="https://z.ai/manage-apikey/apikey-list",
    endpoints=OpenAIEndpoints(offers=Capability.EMBEDDINGS | Capability.IMAGES),
    can=PLAIN | Capability.THINKING,
    skills={
        "glm-4-32b": PLAIN,
        "glm-4.5v": PLAIN | Capability.THINKING | Capability.VISION,
        "glm-4.6v": PLAIN | Capability.THINKING | Capability.VISION,
        "glm-5v": PLAIN | Capability.THINKING | Capability.VISION,
        "glm-ocr": NOTHING,
        "cogview": Capability.IMAGES,
        "glm-image": Capability.IMAGES,
        "embedding": Capability.EMBEDDINGS,
    },
)
