"""How handlers come by their parts.

Exercises backend/web/parts.py.
"""

from litestar.routes import HTTPRoute
from msgspec.structs import replace

from backend.app import build_app
from backend.container import Container
from backend.db import new_master_key
from backend.settings import Settings


def test_no_task_is_started_to_give_a_part(settings: Settings) -> None:
    """Every handler gets what it asks for one by one: Litestar starts tasks for two at once."""
    app = build_app(Container(replace(settings, master_key=new_master_key())))
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                assert all(len(batch) == 1 for batch in model.dependency_batches), route.path
