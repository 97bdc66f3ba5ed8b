// The stories' bot written with node-telegram-bot-api.
import { Bot, InlineKeyboardBuilder, InputFile } from "node-telegram-bot-api";

const { BOT_TOKEN, API_ROOT } = process.env;
const bot = new Bot(BOT_TOKEN, { apiRoot: API_ROOT });
const file = (filename, text = filename) =>
  new InputFile(new TextEncoder().encode(text), { filename });

bot.command("start", (ctx) =>
  ctx.reply(`*Hello* ${ctx.match}`, {
    parse_mode: "Markdown",
    reply_markup: new InlineKeyboardBuilder().text("Go", "go").build(),
  }),
);
bot.command("ask", (ctx) =>
  ctx.reply(`In ${ctx.message.chat.title}`, {
    reply_parameters: { message_id: ctx.message.message_id },
  }),
);
bot.on("callback_query", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "Going" });
  const { chat, message_id } = ctx.callbackQuery.message;
  await bot.api.editMessageText({ chat_id: chat.id, message_id, text: "Gone" });
});
bot.on("edited_message", ({ update }) => {
  const { chat, text } = update.edited_message;
  return bot.api.sendMessage({ chat_id: chat.id, text: `Edited: ${text}` });
});
bot.on("poll_answer", ({ update }) => {
  const { user, option_ids } = update.poll_answer;
  return bot.api.sendMessage({ chat_id: user.id, text: `Voted ${option_ids[0]}` });
});
bot.on("inline_query", ({ update }) => {
  const { id, query } = update.inline_query;
  const input_message_content = { message_text: `inline: ${query}` };
  const results = [{ type: "article", id: "1", title: "One", input_message_content }];
  return bot.api.answerInlineQuery({ inline_query_id: id, results, cache_time: 0 });
});
bot.on("chosen_inline_result", ({ update }) => {
  const { from, result_id } = update.chosen_inline_result;
  return bot.api.sendMessage({ chat_id: from.id, text: `Chosen ${result_id}` });
});
bot.on("pre_checkout_query", ({ update }) =>
  bot.api.answerPreCheckoutQuery({
    pre_checkout_query_id: update.pre_checkout_query.id,
    ok: true,
  }),
);

const WORDS = {
  file: ({ id }) => bot.api.sendDocument({ chat_id: id, document: file("a.txt", "content") }),
  album: ({ id }) =>
    bot.api.sendMediaGroup({
      chat_id: id,
      media: ["1.png", "2.png"].map((name) => ({ type: "photo", media: file(name) })),
    }),
  html: ({ ctx }) => ctx.reply("<b>bold</b> &amp; <i>it</i>", { parse_mode: "HTML" }),
  md2: ({ ctx }) => ctx.reply("*bold* _it_\\.", { parse_mode: "MarkdownV2" }),
  keyboard: ({ ctx }) =>
    ctx.reply("Choose", { reply_markup: { keyboard: [[{ text: "Yes" }, { text: "No" }]] } }),
  Yes: ({ ctx }) => ctx.reply("You said Yes", { reply_markup: { remove_keyboard: true } }),
  reply: ({ ctx }) =>
    ctx.reply("Answer", { reply_parameters: { message_id: ctx.message.message_id } }),
  location: ({ id }) => bot.api.sendLocation({ chat_id: id, latitude: 1.5, longitude: 2.5 }),
  poll: ({ id }) =>
    bot.api.sendPoll({
      chat_id: id,
      question: "Tea?",
      options: [{ text: "Yes" }, { text: "No" }],
      is_anonymous: false,
    }),
  delete: async ({ ctx, id }) => {
    const gone = await ctx.reply("gone");
    await bot.api.deleteMessage({ chat_id: id, message_id: gone.message_id });
    await ctx.reply("Deleted");
  },
  typing: async ({ ctx, id }) => {
    await bot.api.sendChatAction({ chat_id: id, action: "typing" });
    await ctx.reply("Typed");
  },
  invoice: ({ id }) =>
    bot.api.sendInvoice({
      chat_id: id,
      title: "Tea",
      description: "A cup",
      payload: "tea",
      currency: "XTR",
      prices: [{ label: "Cup", amount: 50 }],
    }),
  wrong: async ({ ctx }) => {
    const error = await bot.api.sendMessage({ chat_id: 1, text: "x" }).catch((reason) => reason);
    await ctx.reply(error.description);
  },
};

/** What came in besides words, as a line. */
async function received({ document, photo, caption, location, contact, successful_payment }) {
  if (document) {
    const { file_path } = await bot.api.getFile({ file_id: document.file_id });
    return (await fetch(`${API_ROOT}/file/bot${BOT_TOKEN}/${file_path}`)).text();
  }
  if (photo) return `Photo ${caption}`;
  if (location) return `At ${location.latitude} ${location.longitude}`;
  if (contact) return `Phone ${contact.phone_number}`;
  return successful_payment && `Paid ${successful_payment.total_amount}`;
}

bot.on("message", async (ctx) => {
  const { chat, text } = ctx.message;
  if (text !== undefined) return WORDS[text]?.({ ctx, id: chat.id });
  const line = await received(ctx.message);
  if (line) await ctx.reply(line);
});
await bot.startPolling();
