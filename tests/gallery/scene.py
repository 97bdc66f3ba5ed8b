"""The scene of the pictures: a server with two models that return scripted answers, and one
person."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import FOLLOW_UPS, MockProvider
from tests.browser.server import CACHE, Server, running
from tests.gallery import operated

PROVIDER = "compatible"
MODELS = """
[provider.groq]
base_url = "{hears}"
discover = []
[[model]]
id = "pro"
provider = "compatible"
wire_name = "pro"
name = "Example Pro"
context_tokens = 131000
max_output_tokens = 1000
price = { input = 3, output = 15 }
price_class = "free"
capabilities = ["vision", "search", "reasoning"]

[[model]]
id = "quick"
provider = "compatible"
wire_name = "quick"
name = "Example Mini"
context_tokens = 32000
max_output_tokens = 1000
price_class = "free"

[[model]]
id = "dear"
provider = "compatible"
wire_name = "dear"
name = "Example Max"
context_tokens = 1000000
max_output_tokens = 1000
price_class = "high"
price = { input = 30, output = 150 }
capabilities = ["vision", "files", "reasoning"]
"""

OPERATORS = range(700_000_101, 700_000_201)
"""The emulator's ids of the people it creates: all of them can use the console."""

QUESTION = {
    "en": "When is the best light for photos in Lisbon?",
    "ar": "متى يكون أفضل ضوء للتصوير في لشبونة؟",
    "ru": "Когда в Лиссабоне лучший свет для фотографий?",
    "de": "Wann ist in Lissabon das beste Licht für Fotos?",
    "es": "¿Cuándo hay mejor luz para hacer fotos en Lisboa?",
    "fa": "بهترین نور برای عکاسی در لیسبون چه وقتی است؟",
    "fr": "Quand la lumière est-elle la plus belle à Lisbonne ?",
    "hi": "लिस्बन में फ़ोटो के लिए सबसे अच्छी रोशनी कब होती है?",
    "id": "Kapan cahaya terbaik untuk memotret di Lisbon?",
    "pt-BR": "Quando é a melhor luz para fotos em Lisboa?",
    "tr": "Lizbon’da fotoğraf için en iyi ışık ne zaman?",
    "uk": "Коли в Лісабоні найкраще світло для фотографій?",
    "zh-Hans": "在里斯本什么时候拍照光线最好？",
}
ANSWER = {
    "en": "**The hour after sunrise** and the hour before sunset, as in most places, but Lisbon "
    "adds two things [[1]](https://example.org/lisbon-light):\n\n"
    "- white limestone pavements that throw light back up;\n"
    "- the wide river to the south, so evenings stay bright longer "
    "[[2]](https://example.com/golden-hour).\n\n"
    "| Month | Sunrise | Sunset |\n|---|---|---|\n| March | 6:50 | 18:40 |\n| June | 6:10 | 21:05 |"
    "\n\nGo to **Miradouro da Graça** first; the castle hill catches the early sun.",
    "ar": "**الساعة التي تلي الشروق** والساعة التي تسبق الغروب "
    "[[1]](https://example.org/lisbon-light)، لكن لشبونة تضيف أمرين:\n\n"
    "- أرصفة من الحجر الجيري الأبيض تعكس الضوء إلى أعلى؛\n"
    "- نهر واسع في الجنوب يُطيل ضوء المساء [[2]](https://example.com/golden-hour).\n\n"
    "ابدأ من **ميرادورو دا غراسا**.",
    "ru": "**Час после рассвета** и час до заката [[1]](https://example.org/lisbon-light). "
    "Но в Лиссабоне есть ещё две вещи:\n\n- белая брусчатка, которая отражает свет;\n"
    "- широкая река на юге [[2]](https://example.com/golden-hour).\n\n"
    "Начните с **Мирадору-да-Граса**.",
    "de": "**Die Stunde nach Sonnenaufgang** [[1]](https://example.org/lisbon-light) und die vor "
    "Sonnenuntergang; am breiten Fluss bleibt es länger hell "
    "[[2]](https://example.com/golden-hour).",
    "es": "**La hora después del amanecer** [[1]](https://example.org/lisbon-light) y la anterior "
    "al atardecer; junto al río la luz dura más [[2]](https://example.com/golden-hour).",
    "fa": "**یک ساعت پس از طلوع** [[1]](https://example.org/lisbon-light) و یک ساعت پیش از غروب؛ "
    "کنار رودخانه هوا دیرتر تاریک می‌شود [[2]](https://example.com/golden-hour).",
    "fr": "**L’heure qui suit le lever du soleil** [[1]](https://example.org/lisbon-light) et "
    "celle qui précède son coucher ; près du fleuve, la lumière dure plus longtemps "
    "[[2]](https://example.com/golden-hour).",
    "hi": "**सूर्योदय के बाद का घंटा** [[1]](https://example.org/lisbon-light) और सूर्यास्त से पहले का; "
    "नदी के पास रोशनी देर तक रहती है [[2]](https://example.com/golden-hour)।",
    "id": "**Satu jam setelah matahari terbit** [[1]](https://example.org/lisbon-light) dan satu "
    "jam sebelum terbenam; di tepi sungai terang lebih lama [[2]](https://example.com/golden-hour).",
    "pt-BR": "**A hora depois do nascer do sol** [[1]](https://example.org/lisbon-light) e a que "
    "vem antes do pôr do sol; perto do rio a luz dura mais [[2]](https://example.com/golden-hour).",
    "tr": "**Gün doğumundan sonraki saat** [[1]](https://example.org/lisbon-light) ve gün "
    "batımından önceki; nehir kıyısında ışık daha uzun kalır [[2]](https://example.com/golden-hour).",
    "uk": "**Година після світанку** [[1]](https://example.org/lisbon-light) і година перед "
    "заходом; біля річки світло тримається довше [[2]](https://example.com/golden-hour).",
    "zh-Hans": "**日出后的一小时**[[1]](https://example.org/lisbon-light)和日落前的一小时；"
    "河边的光线停留得更久[[2]](https://example.com/golden-hour)。",
}
THOUGHTS = (
    "The question is about photography, so golden hour matters most. Lisbon faces south to the "
    "Tagus, and its pavements are pale. A small table of times will help."
)
WIDE_TABLE = "How much rain falls in Lisbon in each month?"
_RAIN = "|".join(f" Rainfall {month} " for month in range(12))
_WIDE = f"|{_RAIN}|\n|{'---|' * 12}\n|{_RAIN}|\n"
REPLIES = "- What about rainy days?\n- Which lens should I bring?\n- Plan a morning walk"


def script(asked: dict[str, Any]) -> MockAnswer:
    """The scripted answer in the question's language; titles and suggestions where those are
    requested."""
    turns = asked.get("input", asked.get("messages")) or [{}]
    if FOLLOW_UPS in json.dumps(asked):
        return MockAnswer(REPLIES)
    content = json.dumps(turns[-1], ensure_ascii=False)
    if WIDE_TABLE in content:
        return MockAnswer(_WIDE)
    for language, question in QUESTION.items():
        if question in content:
            return MockAnswer(ANSWER[language], THOUGHTS)
    return MockAnswer("Light in Lisbon")


@contextmanager
def server() -> Iterator[Server]:
    """A server of its own, whose models return scripted answers."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()
    mock = asyncio.run_coroutine_threadsafe(MockProvider(answer=script).start(), loop).result()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        if (CACHE / "models").exists():
            (data_dir / "models").symlink_to(CACHE / "models")
        models = data_dir / "models.toml"
        models.write_text(MODELS.replace("{hears}", mock.base_url))
        rules = data_dir / "rules.toml"
        rules.write_text(operated.RULES)
        made = Server(
            data_dir,
            MODELS_FILE=str(models),
            COMPATIBLE_URL=mock.base_url,
            ADMIN_IDS=",".join(map(str, OPERATORS)),
            GROQ_API_KEY="gsk-" + "a" * 20,
            MODERATION="rules",
            MODERATION_RULES=str(rules),
        )
        try:
            with running(made) as server:
                assert operated.furnish(server) == OPERATORS[0]
                yield server
        finally:
            asyncio.run_coroutine_threadsafe(mock.close(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
