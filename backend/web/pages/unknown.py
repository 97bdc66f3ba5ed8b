"""Unknown addresses: a page in a browser, a problem document for programs."""

from collections.abc import Callable
from typing import Any

from litestar import Response
from litestar.exceptions import NotFoundException

from backend.errors import NotFound
from backend.web.auth import WebRequest
from backend.web.pages.render import Pages
from backend.web.problems import answer_error

__all__ = ["unknown_address"]


def unknown_address(pages: Pages) -> Callable[[WebRequest, NotFoundException], Response[Any]]:
    """Litestar's handler for addresses that it does not know; the API's are answered to programs
    whatever they accept."""

    def answer(request: WebRequest, error: NotFoundException) -> Response[Any]:
        reads_pages = "text/html" in request.headers.get("accept", "")
        if request.method != "GET" or not reads_pages or request.url.path.startswith("/api/"):
            return answer_error(request, error)
        return pages.render_error(NotFound(), request)

    return answer
