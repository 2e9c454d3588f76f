import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from maintenance.refresh_prices import CATALOGUE, refresh


def wheel(folder: Path, version: str, price: float, licence: str = "MIT License\n\nCopyright") -> Path:
    path = folder / f"litellm-{version}-py3-none-any.whl"
    models = {
        "gpt-9": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": price},
        f"gpt-{version}": {"litellm_provider": "openai", "mode": "chat"},
    }
    with ZipFile(path, "w") as packed:
        packed.writestr(CATALOGUE, json.dumps(models))
        packed.writestr(f"litellm-{version}.dist-info/licenses/LICENSE", f"Portions…\n{licence}")
    return path


def test_what_came_went_and_changed_is_told(tmp_path: Path) -> None:
    target = tmp_path / "prices.json"
    assert refresh(wheel(tmp_path, "7.0", 1e-06), target) == ["+ openai/gpt-7.0", "+ openai/gpt-9"]
    told = refresh(wheel(tmp_path, "8.0", 2e-06), target)
    assert told == ["- openai/gpt-7.0", "+ openai/gpt-8.0", "~ openai/gpt-9: prices [1e-06] → [2e-06]"]
    written = json.loads(target.read_text("utf-8"))
    assert written["source"] == "litellm 8.0"
    assert written["licence"] == "MIT License\n\nCopyright"
    assert list(written["models"]) == ["openai/gpt-8.0", "openai/gpt-9"]
    assert refresh(wheel(tmp_path, "8.0", 2e-06), target) == []


def test_another_licence_stops_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="MIT"):
        refresh(wheel(tmp_path, "9.0", 0, licence="All rights reserved"), tmp_path / "prices.json")
