"""How the log reads: plain lines, or one JSON object a line; tokens never show in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

from typing_extensions import override

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
SECRETS: Final = re.compile(r"\boc_[\w-]{8,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?i:(?<=bearer ))\S+")
HIDDEN: Final = "[hidden]"
FIELDS: Final = ("request", "method", "path", "status", "ms", "address", "who")


class PlainLines(logging.Formatter):
    """The message, and what went wrong below it."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub(HIDDEN, super().format(record))


class JsonLines(logging.Formatter):
    """One object: time, level, logger, message, the request that it belongs to, and what is told of that."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := REQUEST.get():
            line["request"] = request
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return SECRETS.sub(HIDDEN, json.dumps(line, ensure_ascii=False))


def install_log(form: str, *, quiet: bool) -> None:
    """Write the log to standard error, in plain lines, or as ``json``; if ``quiet``, not every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if quiet:
        logging.getLogger("pages.traffic").setLevel(logging.WARNING)
