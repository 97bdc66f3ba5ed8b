"""/export in the chat: documents, for clients that cannot save a file from the app.

Exercises backend/bot/handlers/export.py.
"""

import io
import json
from zipfile import ZipFile

from tests.fixtures.chat import BotChat, text_of


async def test_the_bot_sends_the_export(chat: BotChat) -> None:
    """The document is a valid ZIP that contains what was said in the chat."""
    await chat.start()
    await chat.ask("a word to be kept")
    before = len(chat.sent())
    await chat.say("/export")
    await chat.until(before + 3)
    begun, document, done = chat.sent()[before:]
    assert "2 messages" in text_of(begun)
    assert document["document"]["file_name"].endswith("-part-1.zip")
    assert "all" in text_of(done)
    files = chat.phone.emulator.hub.files
    content = files.read(files.find(document["document"]["file_id"]))
    archive = ZipFile(io.BytesIO(content))
    assert json.loads(archive.read("manifest.json"))["last"] is True
    assert "a word to be kept" in archive.read("messages.jsonl").decode()
    assert "conversationId" in archive.read("chat.json").decode()
