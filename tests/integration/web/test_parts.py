"""How handlers get their dependencies.

Exercises backend/web/parts.py.
"""

from litestar.routes import HTTPRoute
from msgspec.structs import replace

from backend.app import build_app
from backend.container import Container
from backend.db import new_master_key
from backend.settings import Settings


def test_dependencies_start_no_tasks(settings: Settings) -> None:
    """Every handler gets its dependencies one after the other: for two at once Litestar starts
    tasks."""
    app = build_app(Container(replace(settings, master_key=new_master_key())))
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                assert all(len(batch) == 1 for batch in model.dependency_batches), route.path
