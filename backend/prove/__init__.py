"""`tanya prove`: one run against Telegram and a provider with a real key, and what it proves."""

from backend.prove.report import Proof, ProofLine, write_report
from backend.prove.run import prove

__all__ = ["Proof", "ProofLine", "prove", "write_report"]
