"""The statements that keep recipes."""

from typing import Final

import sqlalchemy as sa

from backend.conversations.tables import conversations
from backend.db import hot
from backend.privacy.tables import receipt_recipes

_OWNER = sa.bindparam("owner", type_=sa.BigInteger)
INSERT_RECIPE = hot(sa.insert(receipt_recipes))
NO_RECIPE_YET: Final = b""
"""The recipe of an older release's receipt whose process died."""
_RECEIPT = sa.bindparam("receipt", type_=sa.Uuid)
_IS_KEPT = sa.exists().where(
    receipt_recipes.c.user_id == _OWNER, receipt_recipes.c.receipt_id == _RECEIPT
)
# Only while its conversation is there, and once.
KEEP_RECIPE = hot(
    sa.insert(receipt_recipes).from_select(
        ["user_id", "receipt_id", "conversation_id", "recipe"],
        sa.select(
            conversations.c.user_id,
            _RECEIPT,
            conversations.c.id,
            sa.bindparam("new_recipe", type_=sa.LargeBinary),
        ).where(
            conversations.c.user_id == _OWNER,
            conversations.c.id == sa.bindparam("conversation", type_=sa.Uuid),
            ~_IS_KEPT,
        ),
    ),
    may_miss=True,
    beside=(conversations,),
)
