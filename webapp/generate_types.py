"""TypeScript for the shapes of the HTTP API: `tanya openapi | python webapp/generate_types.py`.

Writes src/api/schema.ts, which is committed; a test fails when it is not what the server says.
"""

import json
import sys
from pathlib import Path
from typing import Any

SCHEMA_TS = Path(__file__).parent / "src" / "api" / "schema.ts"
HEAD = """\
// The shapes of the HTTP API, made by webapp/generate_types.py out of the server's OpenAPI
// document. Not to be edited: run `tanya openapi | python webapp/generate_types.py`.
"""
PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def generate(document: dict[str, Any]) -> str:
    """The whole file for an OpenAPI document."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    declared = (_declaration(name, schemas[name]) for name in sorted(schemas))
    return "\n".join([HEAD, *declared, _retryable(schemas["RetryableCode"]["enum"])])


def _retryable(codes: list[str]) -> str:
    """The one list of values: which failures are offered another try."""
    listed = "\n".join(f"  {json.dumps(code)}," for code in codes)
    return f"export const RETRYABLE_CODES: readonly string[] = [\n{listed}\n];\n"


def _declaration(name: str, schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return f"export type {name} = {_type(schema)};\n"
    required = set(schema.get("required", ()))
    fields = []
    for field, value in schema["properties"].items():
        if description := value.get("description"):
            fields.append(f"  /** {' '.join(description.split()).replace('*/', '* /')} */")
        fields.append(f"  {field}{'' if field in required else '?'}: {_type(value)};")
    return "\n".join([f"export interface {name} {{", *fields, "}\n"])


def _type(schema: dict[str, Any]) -> str:
    """The TypeScript type of a schema; raises `ValueError` for one that is not foreseen."""
    if reference := schema.get("$ref"):
        return str(reference).rsplit("/", 1)[-1]
    if values := schema.get("enum"):
        return " | ".join(json.dumps(value) for value in values)
    if "const" in schema:
        return json.dumps(schema["const"])
    for union in ("oneOf", "anyOf"):
        if options := schema.get(union):
            return " | ".join(dict.fromkeys(_type(option) for option in options))
    match schema.get("type"):
        case "array":
            item = _type(schema.get("items", {}))
            return f"({item})[]" if " | " in item else f"{item}[]"
        case "object":
            return f"Record<string, {_type(schema.get('additionalProperties') or {})}>"
        case None:
            return "unknown"
        case str(name) if name in PRIMITIVES:
            return PRIMITIVES[name]
        case other:
            raise ValueError(f"no TypeScript for the schema type {other!r}")


if __name__ == "__main__":
    SCHEMA_TS.write_text(generate(json.load(sys.stdin)), encoding="utf-8")
