"""Packages as an installer leaves them."""

from __future__ import annotations

from pathlib import Path


def install(site: Path, package: str, code: str, *, name: str = "acme", value: str = "") -> None:
    """Put a package with one module and one entry point into the folder ``site``."""
    module = package.replace("-", "_")
    (site / f"{module}.py").write_text(code)
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[omnichat.providers]\n{name} = {value or f'{module}:PROVIDER'}\n")
