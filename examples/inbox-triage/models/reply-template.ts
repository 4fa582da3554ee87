import type { Selection } from 'durableflow';
import { shop } from '../knowledge/shop.js';
import type { PromptMail } from './prompts.js';
import type { Category, Draft, Used } from './triager.js';

interface Language {
  readonly signs: RegExp;
  readonly greeting: (name: string) => string;
  /** Thanks, and that the rest is in English: the scripted model knows no other language well enough. */
  readonly thanks: string;
}

const english: Language = { signs: /\b(?:the|and|you|is|to)\b/gi, greeting: (name) => `Dear ${name},`, thanks: 'thank you for your mail.' };
const languages: readonly Language[] = [
  english,
  { signs: /\b(?:ich|und|nicht|für|der|die|das)\b/gi, greeting: (name) => `Guten Tag ${name},`, thanks: 'vielen Dank für Ihre Nachricht. Wir antworten auf Englisch:' },
  { signs: /\b(?:les|est|des|pas|vous|le|la)\b/gi, greeting: (name) => `Bonjour ${name},`, thanks: 'merci de votre message. Nous répondons en anglais :' },
  { signs: /(?:¿|¡|\b(?:el|los|ustedes|mi|un|de)\b)/gi, greeting: (name) => `Hola, ${name}:`, thanks: 'gracias por su mensaje. Le respondemos en inglés:' },
  { signs: /\b(?:się|nie|jest|na|mam|czy)\b|[łśżźćęą]/gi, greeting: (name) => `Dzień dobry ${name},`, thanks: 'dziękujemy za wiadomość. Odpowiadamy po angielsku:' },
  { signs: /\b(?:jeg|og|vi|ikke|er|det)\b|[æø]/gi, greeting: (name) => `Hej ${name},`, thanks: 'tak for din mail. Vi svarer på engelsk:' },
  { signs: /[а-яё]{3,}/gi, greeting: (name) => `Здравствуйте, ${name}!`, thanks: 'Спасибо за письмо. Отвечаем по-английски:' },
  { signs: /[ぁ-んァ-ヶ]/g, greeting: (name) => `${name} 様`, thanks: 'ご連絡ありがとうございます。英語で失礼いたします。' },
  { signs: /[一-龥]{2,}/g, greeting: (name) => `${name}，您好！`, thanks: '感谢您的来信。以下为英文回复：' },
]; // prettier-ignore

/** What the note says that belongs to a category, as a sentence that helps the sender on. */
const noteOf: Partial<Record<Category, string>> = {
  order: 'note:delivery',
  refund: 'note:returns',
  appointment: 'note:appointments',
};

const promise: Partial<Record<Category, string>> = {
  order: 'We look up your order today and write to you again with what we find.',
  refund: 'One of us checks your payment today and writes to you again. A refund is always made by a person.',
  appointment: 'Tom reads this before he plans the week and writes to you if anything stands in the way.',
  supplier: 'Maren has it on her desk and writes to you again before the date.',
};

/** The reply of the scripted model: fixed sentences, filled in with what was selected for it. */
export function replyFromTemplate(mail: PromptMail, category: Category, context: Selection): Draft & Used {
  const { greeting, thanks } = languageOf(mail.text);
  const own = context.selected.find(
    ({ id, text }) => id.startsWith('calendar:') && mail.from !== '' && text.includes(`with ${mail.from}:`),
  );
  const note = context.selected.find(({ id }) => id === noteOf[category]);
  const order = /\bFH-\d{4,}\b/.exec(`${mail.subject} ${mail.text}`)?.[0];
  const text = [
    greeting(mail.fromName ?? mail.from),
    [thanks, order && `This is about your order ${order}.`].filter(Boolean).join(' '),
    // The first line only: what stands below it is the shop's own business.
    own && `In our calendar: ${own.text.slice(own.text.indexOf(': ') + 2).split('\n')[0]}`,
    note && `Our rules: ${note.text.slice(note.text.indexOf(': ') + 2)}`,
    promise[category] ?? 'One of us answers your question today.',
    `Kind regards\n${shop.name}`,
  ]
    .filter(Boolean)
    .join('\n\n');
  return { text, used: [own, note].flatMap((item) => (item ? [item.id] : [])) };
}

function languageOf(text: string): Language {
  const counted = languages.map((language) => ({ language, count: text.match(language.signs)?.length ?? 0 }));
  return counted.reduce((best, it) => (it.count > best.count ? it : best)).language;
}
