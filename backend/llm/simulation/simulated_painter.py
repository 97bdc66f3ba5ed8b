"""A simulation of image generation for local mode: a picture with a text that says so."""

import hashlib
import io
from collections.abc import AsyncGenerator, Sequence

from PIL import Image as Picture
from PIL import ImageDraw, ImageOps

from backend.llm.adapters.image_generation import TOOL, pictures_of
from backend.llm.events import Done, Event, Image, Sent, ToolActivity, Usage
from backend.llm.port import ChatRequest

SIDE = 512


class SimulatedPainter:
    """Answers as a provider of images does; nothing leaves this machine."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """Paint; see `backend.llm.port.Adapter`."""
        prompt = request.turns[-1].text if request.turns else ""
        seed = hashlib.sha256(prompt.encode()).digest()
        model, pictures = request.model, pictures_of(request)
        yield (Sent.of(model.provider, model.id, "simulation://painter", prompt.encode()),)
        yield (ToolActivity(TOOL, "started"),)
        yield (
            ToolActivity(TOOL, "completed"),
            Image("image/png", edited(pictures[0].data) if pictures else paint(seed)),
            Usage(tool_calls={TOOL: 1}, cost_micro_dollars=0),
            Done("stop"),
        )


def edited(picture: bytes) -> bytes:
    """The picture in negative, labelled: what no edit would be."""
    with Picture.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as found:
        negative = ImageOps.invert(found.convert("RGB").resize((SIDE, SIDE)))
    return _labelled(negative)


def paint(seed: bytes) -> bytes:
    """A labelled pattern in the colours of its prompt, as PNG."""
    picture = Picture.new("RGB", (SIDE, SIDE), (seed[0] // 2, seed[1] // 2, seed[2] // 2))
    draw = ImageDraw.Draw(picture)
    for number in range(3, 30, 4):
        x, y, size = (value * SIDE // 256 for value in seed[number - 3 : number])
        colour = (seed[number], seed[number - 1], seed[number - 2])
        draw.ellipse((x - size // 3, y - size // 3, x + size // 3, y + size // 3), fill=colour)
    return _labelled(picture)


def _labelled(picture: Picture.Image) -> bytes:
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, SIDE - 56, SIDE, SIDE), fill=(0, 0, 0))
    draw.text((16, SIDE - 44), "SIMULATION", fill=(255, 255, 255), font_size=28)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
