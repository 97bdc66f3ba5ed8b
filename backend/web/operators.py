"""Which callers are operators, and which actions they must confirm."""

from backend.console import Operator, operator_of
from backend.errors import NotConfirmed, RoleForbids
from backend.identity import Principal
from backend.settings import Settings


def operator_from(settings: Settings, principal: Principal) -> Operator:
    """The operator that the caller is.

    Raises:
        RoleForbids: they are none.
    """
    operator = operator_of(settings, principal.user_id)
    if operator is None:
        raise RoleForbids
    return operator


def require_confirmed(confirmed: bool) -> None:
    """Check that the operator confirmed in the app. Raises NotConfirmed."""
    if not confirmed:
        raise NotConfirmed
