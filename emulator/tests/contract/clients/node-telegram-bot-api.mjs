// The stories' bot written with node-telegram-bot-api.
import { Bot, InlineKeyboardBuilder, InputFile } from "node-telegram-bot-api";

const { BOT_TOKEN, API_ROOT } = process.env;
const bot = new Bot(BOT_TOKEN, { apiRoot: API_ROOT });
const file = (text, filename) => new InputFile(new TextEncoder().encode(text), { filename });

bot.command("start", (ctx) =>
  ctx.reply(`*Hello* ${ctx.match}`, {
    parse_mode: "Markdown",
    reply_markup: new InlineKeyboardBuilder().text("Go", "go").build(),
  }),
);
bot.on("callback_query", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "Going" });
  const { chat, message_id } = ctx.callbackQuery.message;
  await bot.api.editMessageText({ chat_id: chat.id, message_id, text: "Gone" });
});
bot.hears(/^file$/, ({ message }) =>
  bot.api.sendDocument({ chat_id: message.chat.id, document: file("content", "a.txt") }),
);
bot.hears(/^album$/, ({ message }) =>
  bot.api.sendMediaGroup({
    chat_id: message.chat.id,
    media: ["1.png", "2.png"].map((name) => ({ type: "photo", media: file(name, name) })),
  }),
);
bot.hears(/^wrong$/, async (ctx) => {
  const error = await bot.api.sendMessage({ chat_id: 1, text: "x" }).catch((reason) => reason);
  await ctx.reply(error.description);
});
bot.on("message", async (ctx) => {
  const { file_path } = await bot.api.getFile({ file_id: ctx.message.document.file_id });
  await ctx.reply(await (await fetch(`${API_ROOT}/file/bot${BOT_TOKEN}/${file_path}`)).text());
});
await bot.startPolling();
