"""The local model's process: llama.cpp's server, started by local_server.py.

It reads one line of JSON (what to load), writes one line (its address, or the error), and exits
when its standard input closes. llama.cpp may write to standard output, so the line goes through a
duplicate of the descriptor.
"""

import json
import os
import signal
import sys
from typing import Any

ANSWER_TOKENS = 1024
"""The default limit of an answer, since a small model may not stop by itself."""


def main() -> None:
    """Load, answer, serve until the input ends."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # Ctrl-C reaches the whole process group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order = json.loads(sys.stdin.readline())
    try:
        server = _server(order)
        told = {"address": server.listening_address}
    except Exception as error:
        told = {"error": f"llama.cpp cannot load the model ({error})"[:200]}
    print(json.dumps(told), file=answer, flush=True)
    sys.stdin.read()
    os._exit(0)  # a clean exit would wait for a generation to finish; there is nothing to save


def _server(order: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.n_ctx = order["context_tokens"]
    params.n_parallel = order["slots"]
    params.kv_unified = True  # the slots share one window's memory
    params.n_predict = ANSWER_TOKENS
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    params.cache_ram_mib = 128
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.ui = False
    params.endpoint_slots = False
    params.warmup = False
    params.fit_params = False
    params.verbosity = 0
    # A tiny model answers best with greedy sampling (of sixteen simple questions it got 12 to 14
    # right, against 6 to 11 at usual temperatures); DRY keeps it from looping.
    params.sampling.temp = 0.0
    params.sampling.penalty_repeat = 1.0
    params.sampling.dry_multiplier = 0.8
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
