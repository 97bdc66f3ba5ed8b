// The stories' bot written with grammY.
import { Bot, InlineKeyboard, InputFile, Keyboard } from "grammy";

const { BOT_TOKEN, API_ROOT } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: API_ROOT } });
const file = (name, text = name) => new InputFile(Buffer.from(text), name);

bot.command("start", (ctx) =>
  ctx.reply(`*Hello* ${ctx.match}`, {
    parse_mode: "Markdown",
    reply_markup: new InlineKeyboard().text("Go", "go"),
  }),
);
bot.command("ask", (ctx) =>
  ctx.reply(`In ${ctx.chat.title}`, { reply_parameters: { message_id: ctx.msgId } }),
);
bot.on("callback_query:data", async (ctx) => {
  await ctx.answerCallbackQuery("Going");
  await ctx.editMessageText("Gone");
});
bot.on("edited_message:text", (ctx) => ctx.reply(`Edited: ${ctx.msg.text}`));
bot.on("poll_answer", (ctx) =>
  ctx.api.sendMessage(ctx.pollAnswer.user.id, `Voted ${ctx.pollAnswer.option_ids[0]}`),
);
bot.on("inline_query", (ctx) =>
  ctx.answerInlineQuery(
    [
      {
        type: "article",
        id: "1",
        title: "One",
        input_message_content: { message_text: `inline: ${ctx.inlineQuery.query}` },
      },
    ],
    { cache_time: 0 },
  ),
);
bot.on("chosen_inline_result", (ctx) =>
  ctx.api.sendMessage(ctx.from.id, `Chosen ${ctx.chosenInlineResult.result_id}`),
);
bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
bot.on("message:successful_payment", (ctx) =>
  ctx.reply(`Paid ${ctx.msg.successful_payment.total_amount}`),
);
bot.on("message:document", async (ctx) => {
  const { file_path } = await ctx.getFile();
  await ctx.reply(await (await fetch(`${API_ROOT}/file/bot${BOT_TOKEN}/${file_path}`)).text());
});
bot.on("message:photo", (ctx) => ctx.reply(`Photo ${ctx.msg.caption}`));
bot.on("message:location", (ctx) =>
  ctx.reply(`At ${ctx.msg.location.latitude} ${ctx.msg.location.longitude}`),
);
bot.on("message:contact", (ctx) => ctx.reply(`Phone ${ctx.msg.contact.phone_number}`));

const WORDS = {
  file: (ctx) => ctx.replyWithDocument(file("a.txt", "content")),
  album: (ctx) =>
    ctx.replyWithMediaGroup(["1.png", "2.png"].map((name) => ({ type: "photo", media: file(name) }))),
  html: (ctx) => ctx.reply("<b>bold</b> &amp; <i>it</i>", { parse_mode: "HTML" }),
  md2: (ctx) => ctx.reply("*bold* _it_\\.", { parse_mode: "MarkdownV2" }),
  keyboard: (ctx) => ctx.reply("Choose", { reply_markup: new Keyboard().text("Yes").text("No") }),
  Yes: (ctx) => ctx.reply("You said Yes", { reply_markup: { remove_keyboard: true } }),
  reply: (ctx) => ctx.reply("Answer", { reply_parameters: { message_id: ctx.msgId } }),
  location: (ctx) => ctx.replyWithLocation(1.5, 2.5),
  poll: (ctx) => ctx.replyWithPoll("Tea?", [{ text: "Yes" }, { text: "No" }], { is_anonymous: false }),
  delete: async (ctx) => {
    const gone = await ctx.reply("gone");
    await ctx.api.deleteMessage(ctx.chat.id, gone.message_id);
    await ctx.reply("Deleted");
  },
  typing: async (ctx) => {
    await ctx.replyWithChatAction("typing");
    await ctx.reply("Typed");
  },
  invoice: (ctx) => ctx.replyWithInvoice("Tea", "A cup", "tea", "XTR", [{ label: "Cup", amount: 50 }]),
  wrong: async (ctx) => {
    const error = await bot.api.sendMessage(1, "x").catch((reason) => reason);
    await ctx.reply(error.description);
  },
};
bot.on("message:text", (ctx) => WORDS[ctx.msg.text]?.(ctx));
await bot.start();
