"""A new wire protocol is one new file: dropped in, it can be named in a catalog and answers."""

from pathlib import Path

import pytest

import backend.llm.adapters
from backend.llm import Text
from backend.llm.adapters.registry import make_adapter, profiles
from backend.llm.catalog.catalog import Catalog
from backend.llm.http.canned import Canned, CannedHttp
from backend.settings import Settings
from tests.contract.llm.playing import collect, text_of

PARROT = '''
"""A protocol that says what it was asked."""
from backend.llm.events import Done, Text

PROFILES = {"plain": None}

class Parrot:
    async def stream(self, request):
        yield (Text(request.turns[-1].text), Done("stop"))

def make_adapter(http, provider, key):
    return Parrot()
'''

CATALOG = """
[provider.jungle]
name = "Jungle"
adapter = "parrot"
base_url = "https://jungle.example"
[[model]]
id = "polly"
provider = "jungle"
name = "Polly"
context_tokens = 100
max_output_tokens = 10
"""


async def test_one_file_adds_a_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter's file and a catalog entry: nothing else is edited."""
    (tmp_path / "parrot.py").write_text(PARROT)
    (tmp_path / "mine.toml").write_text(CATALOG)
    monkeypatch.setattr(
        backend.llm.adapters, "__path__", [*backend.llm.adapters.__path__, str(tmp_path)]
    )
    settings = Settings(models_file=str(tmp_path / "mine.toml"))
    catalog = Catalog.load(settings)
    assert catalog.active(settings).find("polly") is not None
    adapter = make_adapter(CannedHttp(Canned()), catalog.providers["jungle"], "")
    events, failure = await collect(adapter)
    assert failure is None
    assert text_of(events) == "How high is K2?"
    assert isinstance(events[0], Text)


@pytest.mark.parametrize("kind", ["sse", "registry", "no_such", "os.path", "../x", ""])
def test_not_every_module_is_an_adapter(kind: str) -> None:
    """Only a module that offers what an adapter must is taken for one."""
    assert profiles(kind) is None
