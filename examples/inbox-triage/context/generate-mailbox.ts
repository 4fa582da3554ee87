import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const topics = [
  ['Brake bleed', 'the rear brake of my tourer has gone soft and pulls to the bar', 'Could you bleed it before the weekend?'],
  ['Order', 'the parcel with my panniers has not come', 'Can you trace it, or send it again?'],
  ['Refund', 'the saddle that I bought is the wrong size and unused', 'I would like to send it back. How long does the refund take?'],
  ['Full service', 'the winter bike needs its yearly service and a new chain', 'Do you have an appointment in the next two weeks?'],
  ['Frame size', 'I stand between the medium and the large frame of the gravel bike', 'Which one do you suggest, and can I try both?'],
  ['Wheel', 'the front wheel rubs after a pothole on the way to work', 'Is there a time to have it trued?'],
  ['Invoice', 'the invoice for the two lights shows the old address', 'Please send a new one.'],
  ['Opening hours', 'I come by train and would arrive late on Saturday', 'Are you still open at five?'],
] as const;

const words =
  'commute gravel rain canal bridge mudguard bottle cable lever hub spoke rim tyre valve pump bell basket rack lamp lock helmet glove pedal crank chain sprocket frame fork stem bar grip seat post clamp bolt washer grease'.split(
    ' ',
  );

/** A mailbox of so many mails, the same every time: customers who write ten times each, on what a workshop is asked. */
export async function generateMailbox(file: string, mails: number): Promise<void> {
  const out = createWriteStream(file);
  for (let n = 0; n < mails; n++) if (!out.write(mail(n, Math.max(1, Math.ceil(mails / 10))))) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

function mail(n: number, customers: number): string {
  const customer = n % customers;
  const from = `customer${customer}@riders.example`;
  const [subject, trouble, question] = topics[(customer + Math.floor(n / customers) * 3) % topics.length]!;
  const date = new Date(Date.UTC(2026, 0, 1, 8) + n * 75 * 60_000);
  const detail = Array.from({ length: 40 + (n % 60) }, (_, index) => words[(n * 7 + index * (3 + (n % 5))) % words.length]).join(' ');
  return [
    `From ${from} ${date.toUTCString()}`,
    `From: Rider ${customer} <${from}>`,
    'To: Fernhill Bikes <hello@fernhillbikes.example>',
    `Subject: ${subject} ${words[n % words.length]}`,
    `Date: ${date.toUTCString()}`,
    `Message-ID: <mail.${n}@riders.example>`,
    '',
    `Hello, ${trouble}. ${question}`,
    `Here is what I know of it: ${detail}.`,
    '',
    '',
  ].join('\n');
}
