"""Every line of every file of an export fits the published schema."""

import io
import json
from zipfile import ZipFile

import aiohttp
import jsonschema_rs

from backend.privacy.archive import json_schema
from tests.fixtures.app import SIMULATED, Running


async def test_every_line_fits_the_schema(app: Running) -> None:
    """With an attachment, an answer and an access; the export also contains the schema, its
    receipts and its attachments."""
    ann = await app.sign_in()
    form = aiohttp.FormData()
    form.add_field("file", b"About a fox.", filename="fox.txt", content_type="text/plain")
    async with ann.request("POST", "/api/files", data=form) as response:
        file = await response.json()
    await ann.ask("What is in it?", files=[file["id"]], modelId=SIMULATED)
    async with ann.request("GET", "/api/export") as response:
        archive = ZipFile(io.BytesIO(await response.read()))
    schema = json.loads(archive.read("schema.json"))
    assert schema == json.loads(json.dumps(json_schema()))
    lines = 0
    for name, reference in schema["properties"].items():
        check = jsonschema_rs.validator_for({**reference, "$defs": schema["$defs"]})
        content = archive.read(name)
        for line in [content] if name == "manifest.json" else content.splitlines():
            check.validate(json.loads(line))
            lines += 1
    assert lines >= 6
    assert "receipts.json" in archive.namelist()
    assert f"files/{file['id']}/fox.txt" in archive.namelist()
