"""Simulated providers for local mode, tests and benchmarks."""

from backend.llm.simulation import simulated_checks
from backend.llm.simulation.fake import FAKE_MODEL

__all__ = [
    "FAKE_MODEL",
    "simulated_checks",
]
