"""Pages that a check reads, and in local mode the page that the simulation quotes."""

from backend.checks import SourcePage
from backend.files import WebPages
from backend.llm.simulation import simulated_checks


class PageSources:
    """Checks' port `SourceReader`, filled from the files room."""

    def __init__(self, pages: WebPages, *, simulated: bool) -> None:
        self._pages = pages
        self._simulated = simulated

    async def read(self, user_id: int, address: str, language: str) -> SourcePage:
        """See SourceReader."""
        if self._simulated and address.startswith(simulated_checks.PAGE_ADDRESS):
            return SourcePage(address, "", simulated_checks.page_text(address))
        read = await self._pages.read(user_id, address, language)
        return SourcePage(read.page.url, read.found.title, read.found.text)
