"""Check the whole project as CI does: format, lint, types, tests."""

import shlex
import subprocess
import sys

STEPS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("pytest",),
)


def main() -> int:
    """Run each step in turn; return the exit code of the first that fails, else 0."""
    for step in STEPS:
        print(f"$ python -m {shlex.join(step)}", flush=True)
        code = subprocess.run([sys.executable, "-m", *step], check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
