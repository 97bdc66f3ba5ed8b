"""Names: one meaning for each public class of the backend."""

import ast
from collections import defaultdict

from tests.architecture.source import files


def public_classes() -> dict[str, list[str]]:
    """Every public class of the backend, with the files that define it."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, tree in files():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(name)
    return found


def test_a_public_class_name_has_one_meaning() -> None:
    """Whoever searches for a class finds one."""
    doubled = {name: homes for name, homes in public_classes().items() if len(homes) > 1}
    assert not doubled, "\n".join(
        f"{name} is defined in {', '.join(homes)}: name each for what it is, or make them one"
        for name, homes in sorted(doubled.items())
    )
