"""Everything the page can do: `POST /emulator/actions` takes one of these, tagged by `type`.

The answer is 200 with the result named in the action's docstring, tagged by `type` too
(`Done` where nothing is named), or problem details `emulator_refused` with `reason`, a word from
Telegram's vocabulary or a sentence for the log. What follows from an action arrives as events.
Device and secure storage, sensors, popups and the like need no server: the page keeps them.
"""

from backend.emulator.actions.apps import (
    AllowWriteAccess,
    InvokeCustomMethod,
    Launch,
    SendWebAppData,
)
from backend.emulator.actions.inline import (
    ChooseInlineResult,
    InlineQuery,
    ReadPreparedMessage,
    SendGuestMessage,
    SendPreparedMessage,
)
from backend.emulator.actions.people import RemovePerson, SavePerson
from backend.emulator.actions.results import (
    Advanced,
    CallbackStarted,
    CustomMethodInvoked,
    Done,
    InlineAnswer,
    InvoiceClosed,
    InvoiceOpened,
    Launched,
    PreparedMessage,
    Saved,
    Shared,
)
from backend.emulator.actions.stars import (
    Chargeback,
    OpenInvoice,
    PayInvoice,
    SetSubscription,
    SettlePending,
    TopUp,
)
from backend.emulator.actions.talk import (
    BlockBot,
    DeleteMessages,
    EditText,
    PressButton,
    PressStart,
    SendFile,
    SendText,
    ShareContact,
    StopDraft,
)
from backend.emulator.actions.weather import (
    AdvanceClock,
    ClearFaults,
    ResetWorld,
    SetApiFault,
    SetFlood,
    SetUpdateFault,
    SetWebhookDown,
)

AnyAction = (
    SavePerson
    | RemovePerson
    | PressStart
    | SendText
    | SendFile
    | EditText
    | DeleteMessages
    | PressButton
    | StopDraft
    | ShareContact
    | BlockBot
    | InlineQuery
    | ChooseInlineResult
    | SendGuestMessage
    | ReadPreparedMessage
    | SendPreparedMessage
    | Launch
    | InvokeCustomMethod
    | AllowWriteAccess
    | SendWebAppData
    | TopUp
    | OpenInvoice
    | PayInvoice
    | SettlePending
    | SetSubscription
    | Chargeback
    | AdvanceClock
    | SetUpdateFault
    | SetApiFault
    | SetWebhookDown
    | SetFlood
    | ClearFaults
    | ResetWorld
)

AnyResult = (
    Done
    | Saved
    | CallbackStarted
    | InlineAnswer
    | PreparedMessage
    | Shared
    | Launched
    | CustomMethodInvoked
    | InvoiceOpened
    | InvoiceClosed
    | Advanced
)

__all__ = [
    "AdvanceClock",
    "Advanced",
    "AllowWriteAccess",
    "AnyAction",
    "AnyResult",
    "BlockBot",
    "CallbackStarted",
    "Chargeback",
    "ChooseInlineResult",
    "ClearFaults",
    "CustomMethodInvoked",
    "DeleteMessages",
    "Done",
    "EditText",
    "InlineAnswer",
    "InlineQuery",
    "InvoiceClosed",
    "InvoiceOpened",
    "InvokeCustomMethod",
    "Launch",
    "Launched",
    "OpenInvoice",
    "PayInvoice",
    "PreparedMessage",
    "PressButton",
    "PressStart",
    "ReadPreparedMessage",
    "RemovePerson",
    "ResetWorld",
    "SavePerson",
    "Saved",
    "SendFile",
    "SendGuestMessage",
    "SendPreparedMessage",
    "SendText",
    "SendWebAppData",
    "SetApiFault",
    "SetFlood",
    "SetSubscription",
    "SetUpdateFault",
    "SetWebhookDown",
    "SettlePending",
    "ShareContact",
    "Shared",
    "StopDraft",
    "TopUp",
]
