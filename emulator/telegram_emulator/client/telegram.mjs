// The client of the control API for Node and Playwright: be a person, and wait for what the bot
// says. No dependencies. The same for pytest is the Python package beside this file.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const PATIENCE = 10_000;

/** The bot did not say it in time; the message names what it said instead. */
export class Silence extends Error {}

/** The played client cannot do this now: `reason` is Telegram's word for it. */
export class ActionRefused extends Error {
  constructor({ detail, reason }) {
    super(detail ?? reason);
    this.reason = reason;
  }
}

/**
 * A new emulator in a process of its own, on a free port; `stop()` ends it. `args` are options of
 * the command, `command` what starts it.
 */
export async function start({ token = newToken(), args = [], command = ["telegram-emulator"] } = {}) {
  const state = mkdtempSync(join(tmpdir(), "telegram-"));
  const [program, ...first] = command;
  const own = ["--headless", "--port", "0", "--state", state, "--token", token];
  const child = spawn(program, [...first, ...own, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const origin = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the emulator ended with code ${code}`)));
    child.stdout.on("data", (data) => {
      const address = /http:\/\/[^/\s]+/.exec(String(data));
      if (address) resolve(address[0]);
    });
  });
  const telegram = new Telegram(origin, token);
  telegram.stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", () => resolve(rmSync(state, { recursive: true, force: true })));
      child.kill();
    });
  return telegram;
}

function newToken() {
  const letters = Array.from({ length: 33 }, () => "abcdef0123456789"[Math.floor(Math.random() * 16)]);
  return `${Math.floor(Math.random() * 9e9) + 1e9}:AA${letters.join("")}`;
}

/** A running emulator: its people, its clock, its faults, and its Bot API. */
export class Telegram {
  constructor(origin, token) {
    this.origin = origin.replace(/\/$/, "");
    this.token = token;
  }

  /** Another bot of this emulator (`--token` given again), with people of its own. */
  bot(token) {
    return new Telegram(`${new URL(this.origin).origin}/bots/${token.split(":")[0]}`, token);
  }

  /** Somebody new, who has not met the bot. */
  async person({ firstName = "Ann", stars = 0, ...fields } = {}) {
    const { person } = await this.act("savePerson", { person: { id: 0, firstName, ...fields } });
    if (stars) await this.act("topUp", { personId: person.id, stars });
    return new Person(this, person.id, (await this.state()).revision);
  }

  /** Any action of `telegram_emulator/actions/`, by its tag. Throws `ActionRefused`. */
  async act(type, fields = {}) {
    const response = await this.#post("/emulator/actions", { type, ...fields });
    if (!response.ok) throw new ActionRefused(await response.json());
    return response.json();
  }

  /** The whole world (`telegram_emulator/schemas.py`). */
  async state() {
    return (await fetch(`${this.origin}/emulator/state`)).json();
  }

  /** A call of the Bot API, as the bot; the answer has `ok`. */
  async call(method, parameters = {}) {
    return (await this.#post(`/bot${this.token}/${method}`, parameters)).json();
  }

  /** Moves the clock forward; how many subscriptions were renewed on the way. */
  async travel({ days = 0, seconds = 0 }) {
    return (await this.act("advanceClock", { days, seconds })).renewals;
  }

  /** Fails the next calls: kind tooManyRequests, serverError or timeout. */
  async breakCalls({ kind = "serverError", count = 1, method = null, retryAfter = 1 } = {}) {
    await this.act("setApiFault", { kind, count, method, retryAfter });
  }

  /** Delivers the next updates twice, late, outOfOrder or lost. */
  async breakUpdates({ kind = "twice", count = 1, seconds = 0 } = {}) {
    await this.act("setUpdateFault", { kind, count, seconds });
  }

  /** Cuts the way to the bot's webhook, until `mend`. */
  async breakWebhook() {
    await this.act("setWebhookDown", { down: true });
  }

  /** Ends every fault. */
  async mend() {
    await this.act("clearFaults");
  }

  /** The first event after revision `after` that is wanted, with its revision; or `Silence`. */
  async waitFor(wanted, after, within = PATIENCE) {
    const signal = AbortSignal.timeout(within);
    try {
      const stream = await fetch(`${this.origin}/emulator/events?after=${after}`, { signal });
      let [text, revision] = ["", after];
      for await (const piece of stream.body.pipeThrough(new TextDecoderStream())) {
        const lines = (text + piece).split("\n");
        text = lines.pop();
        for (const line of lines) {
          if (line.startsWith("id: ")) revision = Number(line.slice(4));
          if (!line.startsWith("data: ")) continue;
          const event = JSON.parse(line.slice(6));
          if (event.type === "reset") throw new Silence("too much has happened meanwhile");
          if (wanted(event)) return { revision, event };
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Silence(`nothing of the kind within ${within} ms`);
  }

  #post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return fetch(this.origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  }
}

/** A message of the bot's, new or edited; `message` is the Bot API's `Message`. */
export class Said {
  constructor(message) {
    this.message = message;
    this.id = message.message_id;
    this.text = message.text ?? message.caption ?? plainText(message.rich_message ?? "");
    this.keys = (message.reply_markup?.inline_keyboard ?? []).flat();
    this.buttons = this.keys.map((key) => key.text);
  }
}

/**
 * Somebody with a phone. What is said is heard once, in its order: `hear` goes on after the message
 * that it gave last. `chatId` means a group's, without it the chat with the bot.
 */
export class Person {
  #heardUpTo;

  constructor(telegram, id, revision) {
    this.telegram = telegram;
    this.id = id;
    this.#heardUpTo = revision;
  }

  act(type, fields = {}) {
    return this.telegram.act(type, { personId: this.id, ...fields });
  }

  /** Presses Start, or follows a deep link with a parameter. */
  async start(parameter) {
    await this.act("pressStart", { parameter });
  }

  /** Writes a message. */
  async send(text, { chatId, replyTo } = {}) {
    await this.act("sendText", { text, chatId, replyTo });
  }

  /** Sends a file: a photo, document, voice, audio, video, sticker, … */
  async sendFile(path, { kind = "document", mediaType = "application/octet-stream" } = {}) {
    const data = readFileSync(path).toString("base64");
    await this.act("sendFile", { kind, fileName: basename(path), mediaType, data });
  }

  /**
   * Waits for the bot's next message, or change of one, that is wanted: holds this text, matches
   * this pattern, or is found true. Throws `Silence`.
   */
  async hear(wanted, { chatId, within = PATIENCE } = {}) {
    const heard = [];
    const isIt = (event) => {
      if (event.type !== "message" || event.personId !== (chatId ?? this.id)) return false;
      if (event.message.outgoing) return false;
      heard.push(new Said(event.message.message));
      return matches(heard.at(-1), wanted);
    };
    try {
      this.#heardUpTo = (await this.telegram.waitFor(isIt, this.#heardUpTo, within)).revision;
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      const others = JSON.stringify(heard.map((said) => said.text));
      throw new Silence(`no ${wanted ?? "message"} from the bot within ${within} ms, but ${others}`);
    }
    return heard.at(-1);
  }

  /** Presses the newest button with this label, below a message or the text field. */
  async press(label, { within = PATIENCE } = {}) {
    const chat = await this.#chat();
    for (const { message } of chat.messages.toReversed?.() ?? [...chat.messages].reverse()) {
      const said = new Said(message);
      const key = said.keys.find((one) => one.text === label);
      if (key) return this.#press(said, key, within);
    }
    const keys = (chat.head.replyKeyboard?.keyboard ?? []).flat();
    const key = keys.find((one) => (one.text ?? one) === label);
    if (!key) throw new Silence(`there is no button ${label}`);
    if (key.web_app) return { text: null, alert: false, url: key.web_app.url };
    await (key.request_contact ? this.act("shareContact") : this.send(label));
    return { text: null, alert: false, url: null };
  }

  async #press(said, key, within) {
    const url = key.url ?? key.web_app?.url ?? null;
    if (key.callback_data === undefined) return { text: null, alert: false, url };
    const { revision } = await this.telegram.state();
    const pressed = { messageId: said.id, data: key.callback_data };
    const { callbackId } = await this.act("pressButton", pressed);
    const isIt = (event) => event.callbackId === callbackId;
    const { event } = await this.telegram.waitFor(isIt, revision, within);
    return { text: event.text, alert: event.showAlert, url: event.url };
  }

  /** Pays an invoice link, or the newest invoice in the chat; how it ended. */
  async pay({ slug, outcome = "pay" } = {}) {
    const invoices = (await this.#chat()).messages.filter((one) => one.message.invoice);
    if (!slug && invoices.length === 0) throw new Silence("there is no invoice in the chat");
    const which = slug ? { slug } : { messageId: invoices.at(-1).id };
    const { sheet } = await this.act("openInvoice", which);
    return (await this.act("payInvoice", { slug: sheet.slug, outcome })).status;
  }

  /** How many Stars the person has. */
  async stars() {
    const { wallets } = await this.telegram.state();
    return wallets.find((one) => one.personId === this.id).balance;
  }

  /** The address that Telegram opens the bot's Mini App with: signed init data inside. */
  async openApp({ startParam, platform = "android", version = "10.3" } = {}) {
    const source = startParam === undefined ? "menu" : "direct";
    const launch = { source, startParam, platform, version, themeParams: {} };
    return (await this.act("launch", launch)).url;
  }

  async #chat() {
    const { chats } = await this.telegram.state();
    return chats.find((chat) => chat.head.personId === this.id);
  }
}

function matches(said, wanted) {
  if (wanted === undefined) return true;
  if (typeof wanted === "string") return said.text.includes(wanted);
  return wanted instanceof RegExp ? wanted.test(said.text) : Boolean(wanted(said));
}

/** All text of a rich message, a line per block. */
function plainText(value) {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plainText).join("");
  const parts = ["summary", "text", "expression"].filter((name) => name in value);
  const inner = [...(value.blocks ?? []), ...(value.items ?? [])];
  const rows = (value.cells ?? []).map((row) => row.map(plainText).join("\t"));
  return [...parts.map((name) => plainText(value[name])), ...inner.map(plainText), ...rows].join("\n");
}
