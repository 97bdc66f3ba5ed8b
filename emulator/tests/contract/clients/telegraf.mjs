// The stories' bot written with telegraf.
import { Markup, Telegraf } from "telegraf";

const bot = new Telegraf(process.env.BOT_TOKEN, { telegram: { apiRoot: process.env.API_ROOT } });
const file = (filename, text = filename) => ({ source: Buffer.from(text), filename });

bot.start((ctx) =>
  ctx.reply(`*Hello* ${ctx.payload}`, {
    parse_mode: "Markdown",
    ...Markup.inlineKeyboard([Markup.button.callback("Go", "go")]),
  }),
);
bot.command("ask", (ctx) =>
  ctx.reply(`In ${ctx.chat.title}`, { reply_parameters: { message_id: ctx.message.message_id } }),
);
bot.action("go", async (ctx) => {
  await ctx.answerCbQuery("Going");
  await ctx.editMessageText("Gone");
});
bot.on("edited_message", (ctx) => ctx.reply(`Edited: ${ctx.editedMessage.text}`));
bot.on("poll_answer", ({ pollAnswer, telegram }) =>
  telegram.sendMessage(pollAnswer.user.id, `Voted ${pollAnswer.option_ids[0]}`),
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
  ctx.telegram.sendMessage(ctx.from.id, `Chosen ${ctx.chosenInlineResult.result_id}`),
);
bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
bot.on("successful_payment", (ctx) =>
  ctx.reply(`Paid ${ctx.message.successful_payment.total_amount}`),
);
bot.on("document", async (ctx) => {
  const link = await ctx.telegram.getFileLink(ctx.message.document.file_id);
  await ctx.reply(await (await fetch(link)).text());
});
bot.on("photo", (ctx) => ctx.reply(`Photo ${ctx.message.caption}`));
bot.on("location", (ctx) => {
  const { latitude, longitude } = ctx.message.location;
  return ctx.reply(`At ${latitude} ${longitude}`);
});
bot.on("contact", (ctx) => ctx.reply(`Phone ${ctx.message.contact.phone_number}`));

const WORDS = {
  file: (ctx) => ctx.replyWithDocument(file("a.txt", "content")),
  album: (ctx) =>
    ctx.replyWithMediaGroup(["1.png", "2.png"].map((name) => ({ type: "photo", media: file(name) }))),
  html: (ctx) => ctx.replyWithHTML("<b>bold</b> &amp; <i>it</i>"),
  md2: (ctx) => ctx.replyWithMarkdownV2("*bold* _it_\\."),
  keyboard: (ctx) => ctx.reply("Choose", Markup.keyboard([["Yes", "No"]])),
  Yes: (ctx) => ctx.reply("You said Yes", Markup.removeKeyboard()),
  reply: (ctx) => ctx.reply("Answer", { reply_parameters: { message_id: ctx.message.message_id } }),
  location: (ctx) => ctx.replyWithLocation(1.5, 2.5),
  poll: (ctx) => ctx.replyWithPoll("Tea?", ["Yes", "No"], { is_anonymous: false }),
  delete: async (ctx) => {
    const gone = await ctx.reply("gone");
    await ctx.deleteMessage(gone.message_id);
    await ctx.reply("Deleted");
  },
  typing: async (ctx) => {
    await ctx.sendChatAction("typing");
    await ctx.reply("Typed");
  },
  invoice: (ctx) =>
    ctx.replyWithInvoice({
      title: "Tea",
      description: "A cup",
      payload: "tea",
      provider_token: "",
      currency: "XTR",
      prices: [{ label: "Cup", amount: 50 }],
    }),
  wrong: async (ctx) => {
    const error = await ctx.telegram.sendMessage(1, "x").catch((reason) => reason);
    await ctx.reply(error.description);
  },
};
bot.on("text", (ctx) => WORDS[ctx.message.text]?.(ctx));
await bot.launch();
