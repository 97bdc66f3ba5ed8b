"""The public documents say what the code declares: recipients, tables and plans.

Exercises backend/privacy/policy_wording.py, backend/web/pages/unknown.py.
"""

import html

from backend.i18n import languages, translator
from backend.plans import wording
from backend.privacy import declarations
from tests.fixtures.app import Running


async def paper(app: Running, path: str, language: str = "en") -> str:
    """A page's HTML."""
    status, page = await app.stranger.call("GET", f"{path}?lang={language}")
    assert status == 200
    return html.unescape(page)


async def test_every_recipient_is_named_with_its_sources(app: Running) -> None:
    """Every provider, what it says about requests, and where that was read."""
    page = await paper(app, "/privacy")
    for provider in app.container.models.providers():
        assert provider.name in page
        for source in provider.policy.sources:
            assert f'href="{source}"' in page


async def test_every_table_is_named_in_every_language(app: Running) -> None:
    """The texts around the table are translated, and the privacy page links to it."""
    for language in languages():
        page = await paper(app, "/privacy/data", language)
        assert translator(language)("page.data.title") in page
        for name, one in declarations().items():
            assert f"<code>{name}</code>" in page
            assert one.kept in page
        assert 'href="/privacy/data"' in await paper(app, "/privacy", language)


async def test_every_plan_is_in_the_terms(app: Running) -> None:
    """Each with its price."""
    page = await paper(app, "/terms")
    for one in wording.offers(translator("en")):
        assert not one.stars or f"{one.name} · {one.stars} ★" in page


async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(
    app: Running,
) -> None:
    """The page is in the reader's language with a link back; the API responds with a problem."""
    reader = {"Accept": "text/html,*/*", "Accept-Language": "de"}
    async with app.http.get(f"{app.origin}/nope", headers=reader) as answer:
        page = await answer.text()
        assert answer.status == 404
        assert answer.content_type == "text/html"
        assert "script-src" in answer.headers["Content-Security-Policy"]
    assert translator("de")("error.not_found.title") in page
    assert 'lang="de"' in page
    assert 'href="/"' in page
    for path, headers in (("/nope", {"Accept": "*/*"}), ("/api/nope", reader)):
        async with app.http.get(f"{app.origin}{path}", headers=headers) as answer:
            assert (answer.status, answer.content_type) == (404, "application/problem+json"), path
            assert (await answer.json(content_type=None))["code"] == "not_found"
