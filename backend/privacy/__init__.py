"""Privacy: what people have agreed to."""

from backend.privacy.consent import Consent, Consents, erase, export

__all__ = ["Consent", "Consents", "erase", "export"]
