"""Whoever translates a wire format names the page it follows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import omnichat

ROOM = Path(omnichat.__file__).parent
FORMATS = re.compile(
    r"(anthropic|bedrock|cohere|gemini|ollama|openai|responses|aws|azure|google)_|(framing|refusals|images|audio)$"
    r"|(embeddings|moderations|stored_files|completions|text_completions|realtime|responses)$"
)
TRANSLATORS = [path for path in sorted(ROOM.glob("*.py")) if FORMATS.match(path.stem)]
ENDPOINTS = [
    path for path in sorted((ROOM / "endpoints").glob("*.py")) if "(OpenAIEndpoints" in path.read_text("utf-8")
]


def docstrings(path: Path) -> list[str]:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds)]
    return [ast.get_docstring(node) or "" for node in nodes]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in (*TRANSLATORS, *ENDPOINTS)])
def test_a_translator_names_its_page(path: Path) -> None:
    assert any("https://" in words for words in docstrings(path))
