"""The named mutations of the core still fit the code: see tests/mutation/named.py."""

import ast
from pathlib import Path

import pytest

from tests.mutation.named import NAMED, NamedMutation

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("named", NAMED, ids=lambda named: Path(named.module).stem)
def test_a_named_mutation_can_be_made_and_noticed(named: NamedMutation) -> None:
    """What is changed stands in the module once, and the test that is to notice is there."""
    source = (ROOT / named.module).read_text()
    assert source.count(named.old) == 1, f"{named.module} has changed: mend tests/mutation/named.py"
    ast.parse(source.replace(named.old, named.new))
    tests = ast.parse((ROOT / named.file).read_text())
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    assert named.test in {node.name for node in tests.body if isinstance(node, kinds)}
