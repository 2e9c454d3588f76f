"""Run llama.cpp's own HTTP server for one model file, for as long as the parent lives.

The parent starts this file as a program and writes one line of JSON to its standard input: on the command line, every
user of the computer could read the key. The answer is one line too: ``{"port": 41027}`` or ``{"error": "words"}``.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

import xllamacpp

MEBIBYTES_OF_OLD_PROMPTS = 256
LOG_WARNINGS = 2
SMALL = 1024**3  # bytes of a model file


def main() -> None:
    """Serve until standard input ends, which it does however the parent goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches us too, but the parent decides when we end
    _die_with_the_parent()
    answer = _claim_stdout()
    settings = json.loads(sys.stdin.readline())
    threading.Thread(target=_wait_for_the_end, name="parent", daemon=True).start()
    try:
        server = xllamacpp.Server(_parameters(settings))
    except (RuntimeError, ValueError, TypeError, AttributeError) as error:
        print(json.dumps({"error": str(error)}), file=answer, flush=True)
        sys.exit(1)  # an orderly end, so that native code writes its log to the last line
    port = int(server.listening_address.rsplit(":", 1)[1])
    print(json.dumps({"port": port}), file=answer, flush=True)
    threading.Event().wait()


def _parameters(settings: dict[str, Any]) -> Any:
    """Return llama.cpp's parameters: the slots share memory for two full contexts, and each may use up to one."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings["path"]
    parameters.model_alias = {settings["model"]}
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.api_keys = [settings["key"]]
    parameters.n_parallel = settings["slots"]
    parameters.kv_unified, parameters.kv_unified_per_slot = True, settings["context"]
    parameters.n_ctx = 2 * settings["context"]
    parameters.cpuparams.n_threads = settings["threads"]
    if os.path.getsize(settings["path"]) < SMALL:
        parameters.sampling.penalty_repeat = 1.1  # below about a billion weights, models fall into repeating themselves
    parameters.sleep_idle_seconds = settings["idle"]
    parameters.cache_ram_mib = MEBIBYTES_OF_OLD_PROMPTS
    parameters.verbosity = LOG_WARNINGS
    parameters.warmup = parameters.ui = parameters.endpoint_slots = False
    return parameters


def _claim_stdout() -> TextIO:
    """Return a private copy of standard output; whatever native code prints there goes to standard error instead."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answer


def _wait_for_the_end() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)  # native threads must not hold up the end


def _die_with_the_parent() -> None:
    """Have Linux end us with the parent even while native code holds the interpreter."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


if __name__ == "__main__":
    main()
