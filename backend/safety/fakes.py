"""Stand-ins for the port: for tests and demonstrations."""

from backend.safety.ports import JudgedText, Refusal


class RefusesWord:
    """Refuses every text that contains a word, and records the texts."""

    provider: str | None = None
    name = ""

    def __init__(self, word: str, category: str = "test") -> None:
        self._word = word
        self._category = category
        self.shown: list[JudgedText] = []

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """See Moderation."""
        self.shown.append(judged)
        pixels = [picture.part.data for picture in judged.pictures]
        refused = self._word in judged.text or any(self._word.encode() in one for one in pixels)
        return Refusal("fake", self._category) if refused else None
