// A shop written with grammY: greets, answers buttons, streams a draft, sells by invoice and
// refunds. It talks to the Bot API at API_ROOT and prints one JSON line for each thing it hears.
import { Bot, GrammyError, InlineKeyboard, InputFile } from "grammy";

const bot = new Bot(process.env.BOT_TOKEN, { client: { apiRoot: process.env.API_ROOT } });
const say = (event, data = {}) => process.stdout.write(`${JSON.stringify({ event, ...data })}\n`);
const PRICES = [{ label: "Month", amount: 300 }];

/** What Telegram answers to a call that must fail. */
async function refusal(call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof GrammyError) return `${error.error_code} ${error.description}`;
    throw error;
  }
  return "not refused";
}

bot.command("start", async (ctx) => {
  const keyboard = new InlineKeyboard().text("Go", "go");
  await ctx.reply(`<i>${ctx.match || "no"}</i> parameter`, {
    parse_mode: "HTML",
    reply_markup: keyboard,
  });
  say("started", { language: ctx.from.language_code });
});

bot.callbackQuery("go", async (ctx) => {
  await ctx.editMessageText("Going");
  await ctx.answerCallbackQuery("Went");
  say("pressed");
});

bot.hears("stream", async (ctx) => {
  const chat_id = ctx.chat.id;
  await bot.api.raw.sendMessageDraft({ chat_id, draft_id: 9, text: "Hel", can_stop: true });
  await bot.api.raw.sendMessageDraft({ chat_id, draft_id: 9, text: "Hello", can_stop: true });
  const rich_message = { markdown: "# Hello" };
  const sent = await bot.api.raw.sendRichMessage({ chat_id, rich_message });
  say("streamed", { blocks: sent.rich_message.blocks });
});

bot.hears("wrong", async (ctx) => {
  const title = "x".repeat(33);
  const refusals = await Promise.all([
    refusal(() => ctx.reply("<b>", { parse_mode: "HTML" })),
    refusal(() => bot.api.sendMessage(1, "x")),
    refusal(() => bot.api.createInvoiceLink(title, "d", "p", "", "XTR", PRICES)),
    refusal(() => bot.api.createInvoiceLink("t", "d", "p", "", "XTR", [...PRICES, ...PRICES])),
    refusal(() => bot.api.answerPreCheckoutQuery("1", true)),
  ]);
  say("refused", { refusals });
});

bot.on("message:document", async (ctx) => {
  const file = await ctx.getFile();
  const root = `${process.env.API_ROOT}/file/bot${process.env.BOT_TOKEN}`;
  const bytes = await (await fetch(`${root}/${file.file_path}`)).text();
  const sent = await ctx.replyWithDocument(new InputFile(Buffer.from("back"), "back.txt"));
  say("file", { bytes, size: sent.document.file_size });
});

bot.hears("buy", async (ctx) => {
  const period = { subscription_period: 2592000 };
  const link = await bot.api.createInvoiceLink("Premium", "A month", "order", "", "XTR", PRICES, period);
  say("link", { link });
});

bot.on("pre_checkout_query", async (ctx) => {
  await ctx.answerPreCheckoutQuery(ctx.preCheckoutQuery.invoice_payload === "order");
});

bot.on("message:successful_payment", async (ctx) => {
  const payment = ctx.message.successful_payment;
  const charge = payment.telegram_payment_charge_id;
  await bot.api.refundStarPayment(ctx.from.id, charge);
  const again = await refusal(() => bot.api.refundStarPayment(ctx.from.id, charge));
  const { transactions } = await bot.api.getStarTransactions();
  say("paid", { first: payment.is_first_recurring, again, ids: transactions.map((t) => t.id), charge });
});

bot.on("message:refunded_payment", () => say("refund"));

process.on("SIGTERM", () => void bot.stop());
await bot.api.setMyCommands([{ command: "start", description: "Start" }]);
await bot.start({ onStart: (me) => say("ready", { username: me.username }) });
