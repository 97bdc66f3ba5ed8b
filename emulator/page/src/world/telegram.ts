// The Bot API objects that the page shows, with the fields that it uses. Source:
// https://core.telegram.org/bots/api#available-types

export interface User {
  id: number;
  first_name: string;
  last_name?: string;
  username?: string;
}

export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  user?: User;
  language?: string;
  custom_emoji_id?: string;
  unix_time?: number;
  date_time_format?: string;
}

export interface WebAppInfo {
  url: string;
}

interface ButtonLook {
  style?: string;
  icon_custom_emoji_id?: string;
}

/** The action of a button in a keyboard or a rich message. */
export interface ButtonAction extends ButtonLook {
  url?: string;
  callback_data?: string;
  web_app?: WebAppInfo;
  login_url?: { url: string };
  switch_inline_query?: string;
  switch_inline_query_current_chat?: string;
  switch_inline_query_chosen_chat?: { query?: string };
  copy_text?: { text: string };
  pay?: boolean;
  disabled?: object;
}

export interface InlineButton extends ButtonAction {
  text: string;
}

export interface KeyboardButton extends ButtonLook {
  text: string;
  request_contact?: boolean;
  request_location?: boolean;
  request_users?: object;
  request_chat?: object;
  request_managed_bot?: object;
  request_poll?: object;
  web_app?: WebAppInfo;
}

export interface ReplyKeyboard {
  keyboard?: (KeyboardButton | string)[][];
  force_reply?: boolean;
  is_persistent?: boolean;
  resize_keyboard?: boolean;
  one_time_keyboard?: boolean;
  input_field_placeholder?: string;
}

export interface BotCommand {
  command: string;
  description: string;
}

export type MenuButton =
  | { type: "commands" }
  | { type: "default" }
  | { type: "web_app"; text: string; web_app: WebAppInfo };

export interface PhotoSize {
  file_id: string;
  width: number;
  height: number;
  file_size?: number;
}

export interface FileInfo {
  file_id: string;
  file_name?: string;
  mime_type?: string;
  file_size?: number;
  duration?: number;
  title?: string;
}

export interface Invoice {
  title: string;
  description: string;
  currency: string;
  total_amount: number;
}

export interface Payment {
  currency: string;
  total_amount: number;
  telegram_payment_charge_id: string;
  subscription_expiration_date?: number;
  is_recurring?: boolean;
  is_first_recurring?: boolean;
}

export interface Message {
  message_id: number;
  date: number;
  edit_date?: number;
  from?: User;
  sender_business_bot?: User;
  ephemeral_message_id?: number;
  receiver_user?: User;
  chat?: { id: number; type: string; title?: string };
  sender_chat?: { title?: string };
  new_chat_members?: User[];
  left_chat_member?: User;
  new_chat_title?: string;
  forum_topic_created?: { name: string };
  forum_topic_edited?: { name?: string };
  forum_topic_closed?: object;
  forum_topic_reopened?: object;
  general_forum_topic_hidden?: object;
  general_forum_topic_unhidden?: object;
  message_thread_id?: number;
  text?: string;
  entities?: Entity[];
  caption?: string;
  caption_entities?: Entity[];
  rich_message?: RichMessage;
  photo?: PhotoSize[];
  document?: FileInfo;
  voice?: FileInfo;
  audio?: FileInfo;
  video?: FileInfo;
  animation?: FileInfo;
  sticker?: FileInfo & { emoji?: string; is_animated: boolean; is_video: boolean };
  live_photo?: FileInfo;
  paid_media?: PaidMedia;
  video_note?: FileInfo;
  venue?: { title: string; address: string };
  dice?: { emoji: string; value: number };
  poll?: Poll;
  widget?: { height?: number; width?: number };
  quote?: { text: string };
  forward_origin?: { type: string };
  invoice?: Invoice;
  successful_payment?: Payment;
  refunded_payment?: Payment;
  contact?: { phone_number: string; first_name: string };
  location?: { latitude: number; longitude: number };
  web_app_data?: { data: string; button_text: string };
  write_access_allowed?: object;
  pinned_message?: object;
  reply_to_message?: Message;
  reply_markup?: { inline_keyboard?: InlineButton[][] };
}

export interface Poll {
  question: string;
  options: { text: string; voter_count: number }[];
  is_closed: boolean;
}

export interface PaidMedia {
  star_count: number;
  paid_media: { type: string; photo?: PhotoSize[]; video?: FileInfo; live_photo?: FileInfo }[];
}

/** Text in rich messages: plain, a sequence, or one of the typed runs. */
export type RichText = string | RichText[] | RichRun;

export interface RichRun {
  type: string;
  text?: RichText;
  url?: string;
  expression?: string;
  email_address?: string;
  phone_number?: string;
  bot_command?: string;
  alternative_text?: string;
  unix_time?: number;
  date_time_format?: string;
  name?: string;
  anchor_name?: string;
  reference_name?: string;
  button?: RichButton;
}

export interface RichButton extends ButtonAction {
  text: RichText;
}

export interface RichCaption {
  text: RichText;
  credit?: RichText;
}

export interface RichListItem {
  label: string;
  blocks: RichBlock[];
  has_checkbox?: boolean;
  is_checked?: boolean;
  value?: number;
  type?: string;
}

export interface RichCell {
  align: string;
  valign: string;
  text?: RichText;
  is_header?: boolean;
  colspan?: number;
  rowspan?: number;
}

export interface RichBlock {
  type: string;
  text?: RichText;
  size?: number;
  language?: string;
  expression?: string;
  name?: string;
  items?: RichListItem[];
  blocks?: RichBlock[];
  cells?: RichCell[][];
  summary?: RichText;
  is_open?: boolean;
  is_bordered?: boolean;
  is_striped?: boolean;
  credit?: RichText;
  caption?: RichText | RichCaption;
  buttons?: RichButton[];
  align?: string;
  photo?: PhotoSize[];
  video?: FileInfo;
  animation?: FileInfo;
  audio?: FileInfo;
  document?: FileInfo;
  voice_note?: FileInfo;
  location?: { latitude: number; longitude: number };
}

export interface RichMessage {
  blocks: RichBlock[];
  is_rtl?: boolean;
}
