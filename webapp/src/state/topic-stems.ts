// Made by `python -m backend.safety.topics` out of backend/safety/topics.toml.
// Not to be edited.

export const STEMS = {
  crisis: "kill myself|killing myself|end my life|ending my life|take my own life|i want to die|i wanna die|i am suicidal|i'm suicidal|feel suicidal|feeling suicidal|thinking of suicide|thinking about suicide|hurt myself|hurting myself|harm myself|harming myself|покончить с собой|покончу с собой|не хочу жить|убить себя|убью себя|хочу умереть|думаю о самоубийстве|мысли о самоубийстве|думаю о суициде|мысли о суициде|свести счёты с жизнью|свести счеты с жизнью|причинить себе вред|أنتحر|أقتل نفسي|أنهي حياتي|أريد أن أموت|أؤذي نفسي|أفكر في الانتحار|أفكر بالانتحار|لا أريد أن أعيش",
  medicine: "symptom|diagnos|dosage|dose |doses |medication|medicine|prescription|tumor|tumour|cancer|pregnan|chest pain|antibiotic|blood pressure|side effect|симптом|диагноз|дозировк|лекарств|таблетк|беременн|опухол|антибиотик|побочн|أعراض|تشخيص|جرعة|دواء|أدوية|ورم|سرطان|مضاد حيوي",
  law: "lawyer|lawsuit|sue |court |legal|custody|divorce|visa |deport|evict|tenan|юрист|адвокат|судебн|подать в суд|развод|опек|виза |визу |депортац|выселен|محام|محكمة|قانوني|دعوى|طلاق|حضانة|تأشيرة|ترحيل",
  money: "invest|stock |stocks |mortgage|loan |loans |tax |taxes |pension|crypto|bitcoin|insurance|инвест|ипотек|кредит|налог|пенси|крипто|биткоин|страхов|استثمار|أسهم|قرض|ضريبة|ضرائب|بيتكوين",
  elections: "election|vote |voting|ballot|polling station|referendum|выборы |выборах |избират|голосован|референдум|انتخابات|ناخب|اقتراع|استفتاء",
} as const;

export const HELP_LINES = [
  { language: "en", region: "US", contact: "988" },
  { language: "en", region: "GB", contact: "116 123" },
  { language: "en", region: "IE", contact: "116 123" },
  { language: "ru", region: "RU", contact: "8-800-2000-122" },
] as const;
