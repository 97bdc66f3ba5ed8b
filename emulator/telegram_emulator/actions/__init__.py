"""The page's actions: `POST /emulator/actions` takes one of these, tagged by `type`.

The answer is 200 with the result named in the action's docstring, tagged by `type` too (`Done`
where nothing is named), or problem details `action_refused` with `reason`, a word from Telegram's
vocabulary or a sentence for the log. The consequences of an action arrive as events. Device and
secure storage, sensors, popups and the like need no server: the page keeps them.
"""

from telegram_emulator.actions.apps import (
    AllowEmojiStatus,
    AllowWriteAccess,
    InvokeCustomMethod,
    Launch,
    SendWebAppData,
    ServeMiniApp,
)
from telegram_emulator.actions.business import (
    ConnectBusiness,
    DeleteBusinessMessages,
    DisconnectBusiness,
    EditBusinessText,
    MarkTasks,
    PauseBusinessChat,
    SendBusinessText,
)
from telegram_emulator.actions.clock_and_faults import (
    AdvanceClock,
    ClearFaults,
    ResetWorld,
    SetApiFault,
    SetFlood,
    SetUpdateFault,
    SetWebhookDown,
)
from telegram_emulator.actions.groups import (
    AddMember,
    BoostChat,
    CloseTopic,
    CreateGroup,
    CreateTopic,
    JoinByLink,
    LinkDiscussion,
    RemoveMember,
    SetAdmin,
    SetPermissions,
    UpgradeGroup,
)
from telegram_emulator.actions.inline import (
    ChooseInlineResult,
    InlineQuery,
    PressShared,
    ReadPreparedMessage,
    SendGuestMessage,
    SendPreparedMessage,
)
from telegram_emulator.actions.messages import (
    AlbumItem,
    AskByWidget,
    Forward,
    PlayGame,
    React,
    SendAlbum,
    SendLocation,
    SendPoll,
    SendSticker,
    Vote,
)
from telegram_emulator.actions.people import RemovePerson, SavePerson
from telegram_emulator.actions.requests import SetPersonalChat, ShareByButton
from telegram_emulator.actions.results import (
    Advanced,
    BusinessConnected,
    CallbackStarted,
    CustomMethodInvoked,
    Done,
    GroupCreated,
    InlineAnswer,
    InvoiceClosed,
    InvoiceOpened,
    Launched,
    MiniAppServed,
    PreparedMessage,
    Saved,
    Shared,
    TopicCreated,
    WidgetAnswer,
)
from telegram_emulator.actions.stars import (
    BuyPaidMedia,
    Chargeback,
    OpenInvoice,
    PayInvoice,
    SetSubscription,
    SettlePending,
    TopUp,
)
from telegram_emulator.actions.talk import (
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
    | ShareByButton
    | SetPersonalChat
    | BlockBot
    | InlineQuery
    | ChooseInlineResult
    | SendGuestMessage
    | PressShared
    | ReadPreparedMessage
    | SendPreparedMessage
    | Launch
    | ServeMiniApp
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
    | AddMember
    | CloseTopic
    | CreateGroup
    | CreateTopic
    | JoinByLink
    | LinkDiscussion
    | RemoveMember
    | SetAdmin
    | SetPermissions
    | UpgradeGroup
    | Forward
    | React
    | SendAlbum
    | SendLocation
    | SendPoll
    | Vote
    | AskByWidget
    | PlayGame
    | BoostChat
    | AllowEmojiStatus
    | MarkTasks
    | BuyPaidMedia
    | SendSticker
    | ConnectBusiness
    | DeleteBusinessMessages
    | DisconnectBusiness
    | EditBusinessText
    | PauseBusinessChat
    | SendBusinessText
)

AnyResult = (
    Done
    | Saved
    | CallbackStarted
    | InlineAnswer
    | PreparedMessage
    | Shared
    | Launched
    | MiniAppServed
    | CustomMethodInvoked
    | InvoiceOpened
    | InvoiceClosed
    | Advanced
    | GroupCreated
    | TopicCreated
    | BusinessConnected
    | WidgetAnswer
)

__all__ = [
    "AddMember",
    "AdvanceClock",
    "Advanced",
    "AlbumItem",
    "AllowEmojiStatus",
    "AllowWriteAccess",
    "AnyAction",
    "AnyResult",
    "AskByWidget",
    "BlockBot",
    "BoostChat",
    "BusinessConnected",
    "BuyPaidMedia",
    "CallbackStarted",
    "Chargeback",
    "ChooseInlineResult",
    "ClearFaults",
    "CloseTopic",
    "ConnectBusiness",
    "CreateGroup",
    "CreateTopic",
    "CustomMethodInvoked",
    "DeleteBusinessMessages",
    "DeleteMessages",
    "DisconnectBusiness",
    "Done",
    "EditBusinessText",
    "EditText",
    "Forward",
    "GroupCreated",
    "InlineAnswer",
    "InlineQuery",
    "InvoiceClosed",
    "InvoiceOpened",
    "InvokeCustomMethod",
    "JoinByLink",
    "Launch",
    "Launched",
    "LinkDiscussion",
    "MarkTasks",
    "MiniAppServed",
    "OpenInvoice",
    "PauseBusinessChat",
    "PayInvoice",
    "PlayGame",
    "PreparedMessage",
    "PressButton",
    "PressShared",
    "PressStart",
    "React",
    "ReadPreparedMessage",
    "RemoveMember",
    "RemovePerson",
    "ResetWorld",
    "SavePerson",
    "Saved",
    "SendAlbum",
    "SendBusinessText",
    "SendFile",
    "SendGuestMessage",
    "SendLocation",
    "SendPoll",
    "SendPreparedMessage",
    "SendSticker",
    "SendText",
    "SendWebAppData",
    "ServeMiniApp",
    "SetAdmin",
    "SetApiFault",
    "SetFlood",
    "SetPermissions",
    "SetPersonalChat",
    "SetSubscription",
    "SetUpdateFault",
    "SetWebhookDown",
    "SettlePending",
    "ShareByButton",
    "ShareContact",
    "Shared",
    "StopDraft",
    "TopUp",
    "TopicCreated",
    "UpgradeGroup",
    "Vote",
    "WidgetAnswer",
]
