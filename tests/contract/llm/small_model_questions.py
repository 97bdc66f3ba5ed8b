"""Thirty ordinary questions to the small local model, each with what a right answer holds."""

import re

QUESTIONS = (
    ("Say hello.", r"hello|\bhi\b"),
    ("Hi, who are you?", r"tanya|assistant"),
    ("What is the capital of France?", r"paris"),
    ("What is the capital of Italy?", r"rome"),
    ("What is the capital of Japan?", r"tokyo"),
    ("What is the capital of Germany?", r"berlin"),
    ("What is the capital of Russia?", r"moscow"),
    ("Which planet is known as the Red Planet?", r"mars"),
    ("What is the largest planet in our solar system?", r"jupiter"),
    ("What is the largest ocean on Earth?", r"pacific"),
    ("Who wrote Romeo and Juliet?", r"shakespeare"),
    ("Who was the first president of the United States?", r"washington"),
    ("Who developed the theory of relativity?", r"einstein"),
    ("What is the chemical symbol for water?", r"h2o|h₂o"),
    ("At what temperature does water boil?", r"100|212"),
    ("How many days are in a week?", r"\b7\b|seven"),
    ("How many months are in a year?", r"\b12\b|twelve"),
    ("What color is the sky on a clear day?", r"blue"),
    ("What do bees make?", r"honey|pollen"),
    ("What is the opposite of hot?", r"cold"),
    ("What gas do plants take in from the air?", r"carbon dioxide|co2"),
    ("What language is spoken in Brazil?", r"portuguese"),
    ("On which continent is Egypt?", r"africa"),
    ("What is the tallest mountain in the world?", r"everest"),
    ("What is 2 + 2?", r"\b4\b|four"),
    ("Name three fruits.", r"apple|banana|orange|grape|mango|berr"),
    ("Why is the sky blue?", r"scatter|light"),
    ("What is photosynthesis?", r"light|sun"),
    ("What is gravity?", r"force"),
    ("How do I make tea?", r"water|boil"),
)


def is_right(answer: str, expected: str) -> bool:
    """Whether the answer holds what it should."""
    return re.search(expected, answer, re.IGNORECASE) is not None


def loops(answer: str) -> bool:
    """Whether up to twelve words come four times in a row, or three lines are said again."""
    words = answer.split()
    for length in range(1, 13):
        for at in range(len(words) - 4 * length + 1):
            if words[at : at + length] * 4 == words[at : at + 4 * length]:
                return True
    lines = [line.strip() for line in answer.splitlines() if len(line.strip()) > 15]
    return len(lines) - len(set(lines)) >= 3
