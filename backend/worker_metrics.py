"""/metrics of the worker: its jobs, memory and loop, with METRICS_TOKEN as everywhere."""

import hmac
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app

from backend import metrics
from backend.errors import PortBusy
from backend.settings import Settings


class QuietHandler(WSGIRequestHandler):
    """Leaves out a line for each time that Prometheus asks."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def serve_metrics(settings: Settings) -> Callable[[], None]:
    """Serve in a thread at WORKER_METRICS_PORT, if that and METRICS_TOKEN are set; what ends it.

    Raises:
        PortBusy: another program listens there.
    """
    port, token = settings.worker_metrics_port, settings.metrics_token
    if not port or not token:
        return lambda: None
    shown = make_wsgi_app(metrics.REGISTRY)

    def guarded(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        sent = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), token.encode()):
            start("404 Not Found", [("Content-Length", "0")])
            return []
        metrics.read_disk(settings.data_dir)
        found: Iterable[bytes] = shown(environ, start)
        return found

    try:
        server = make_server(settings.host, port, guarded, handler_class=QuietHandler)
    except OSError as error:
        raise PortBusy(port=port) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    return end
