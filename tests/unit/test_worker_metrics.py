"""/metrics of the worker: with the token alone, and none without a port.

Exercises backend/worker_metrics.py.
"""

import re
import urllib.error
import urllib.request

import msgspec
import pytest

from backend.errors import PortBusy
from backend.settings import Settings
from backend.worker_metrics import serve_metrics
from tests.fixtures.ports import free_port


def test_it_is_served_to_whoever_has_the_token(settings: Settings) -> None:
    """Others find nothing; a port that is taken is named. The free disk is there, since 0 would be
    told as a full one."""
    port = free_port()
    settings.data_dir.mkdir()
    own = msgspec.structs.replace(settings, metrics_token="s3cret", worker_metrics_port=port)
    end = serve_metrics(own)
    try:
        wanted = urllib.request.Request(f"http://127.0.0.1:{port}/metrics")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(wanted)
        wanted.add_header("Authorization", "Bearer s3cret")
        with urllib.request.urlopen(wanted) as answer:
            shown = answer.read().decode()
        assert "tanya_job_seconds" in shown
        (free,) = re.findall(r"^tanya_disk_free_bytes (\S+)$", shown, re.MULTILINE)
        assert float(free) > 0
        with pytest.raises(PortBusy):
            serve_metrics(own)
    finally:
        end()


@pytest.mark.parametrize("given", [{"metrics_token": "s"}, {"worker_metrics_port": 1}])
def test_nothing_listens_unless_both_are_set(settings: Settings, given: dict[str, object]) -> None:
    """Neither a port without a token nor the other way round."""
    serve_metrics(msgspec.structs.replace(settings, **given))()
