"""The real llama.cpp server, asked for more than chat."""

from __future__ import annotations

from math import isclose
from pathlib import Path

from omnichat import AsyncClient
from tests.fixtures.llama import LlamaServer, a_llama_server
from tests.needs import need


async def test_llamacpp_goes_on_with_a_text(llama_server: LlamaServer) -> None:
    urls, keys = {"llamacpp": llama_server.base_url}, {"llamacpp": llama_server.key}
    async with AsyncClient(base_urls=urls, keys=keys) as client:
        whole = await client.completions.create(model="llamacpp/tiny", prompt="Hello", max_tokens=5)
        stream = await client.completions.create(model="llamacpp/tiny", prompt="Hello", max_tokens=5, stream=True)
        pieces = [piece async for piece in stream]
    assert whole.choices[0].text
    assert whole.usage
    assert whole.usage.completion_tokens <= 5
    assert "".join(choice.text for piece in pieces for choice in piece.choices)


async def test_a_local_model_makes_vectors_beside_its_chat(tiny_gguf: Path) -> None:
    need("llm")
    async with AsyncClient(local_models=tiny_gguf.parent) as client:
        found = await client.embeddings.create(model="local/tiny", input=["Hello there", "Goodbye", "Hello there"])
        packed = await client.embeddings.create(model="local/tiny", input="Hello there", encoding_format="base64")
        text = await client.completions.create(model="local/tiny", prompt="Hello", max_tokens=2)
    vectors = [row.embedding for row in found.data]
    assert isinstance(vectors[0], list)
    assert vectors[0] == vectors[2] != vectors[1]
    assert isclose(sum(number * number for number in vectors[0]), 1, rel_tol=1e-3)
    assert found.usage.prompt_tokens > 0
    assert isinstance(packed.data[0].embedding, str)
    assert text.choices


async def test_the_real_server_is_recognised_by_what_it_answers_to_everybody(tiny_gguf: Path) -> None:
    with a_llama_server(tiny_gguf, "") as server:
        async with AsyncClient() as client:
            assert await client.recognise(server.base_url.removesuffix("/v1")) == "llamacpp"
