"""What a provider says of requests is told in the reader's language."""

import pytest

from backend.i18n import languages, translator
from backend.llm import DataPolicy
from backend.llm.catalog import Catalog
from backend.privacy import policy_lines
from backend.settings import Settings


@pytest.mark.parametrize("language", languages())
def test_every_place_of_the_catalog_has_a_name_in_each_language(language: str) -> None:
    """So nobody reads an English word in the middle of their own."""
    t = translator(language)
    regions = {p.policy.region for p in Catalog.load(Settings()).providers.values()} - {None}
    for region in regions:
        name = t.find(f"app.region.{str(region).lower().replace(' ', '_')}")
        assert name
        assert t("app.consent.region", region=name) in policy_lines(DataPolicy(region=region), t)


def test_a_place_of_an_operators_own_is_shown_as_it_stands() -> None:
    """No name for it stands in the catalogues."""
    assert "Location: Mars, crater 9" in policy_lines(
        DataPolicy(region="Mars, crater 9"), translator("en")
    )
