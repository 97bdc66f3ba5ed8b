"""The settings as the table that docs/settings.md shows."""

from typing import get_type_hints

import msgspec

from backend.settings import Settings, variable


def markdown_table() -> str:
    """All settings as a Markdown table: what docs/settings.md shows."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    hints = get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        meaning = hints[field.name].__metadata__[0].description
        rows.append(f"| `{variable(field.name)}` | {_shown(field.default)} | {meaning} |")
    return "\n".join(rows)


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default not in ("", (), None) else ""
