// The stories' bot written with telegraf.
import { Markup, Telegraf } from "telegraf";

const bot = new Telegraf(process.env.BOT_TOKEN, { telegram: { apiRoot: process.env.API_ROOT } });

bot.start((ctx) =>
  ctx.reply(`*Hello* ${ctx.payload}`, {
    parse_mode: "Markdown",
    ...Markup.inlineKeyboard([Markup.button.callback("Go", "go")]),
  }),
);
bot.action("go", async (ctx) => {
  await ctx.answerCbQuery("Going");
  await ctx.editMessageText("Gone");
});
bot.hears("file", (ctx) => ctx.replyWithDocument({ source: Buffer.from("content"), filename: "a.txt" }));
bot.hears("album", (ctx) =>
  ctx.replyWithMediaGroup(["1.png", "2.png"].map((filename) => ({
    type: "photo",
    media: { source: Buffer.from(filename), filename },
  }))),
);
bot.hears("wrong", async (ctx) => {
  const error = await ctx.telegram.sendMessage(1, "x").catch((reason) => reason);
  await ctx.reply(error.description);
});
bot.on("document", async (ctx) => {
  const link = await ctx.telegram.getFileLink(ctx.message.document.file_id);
  await ctx.reply(await (await fetch(link)).text());
});
await bot.launch();
