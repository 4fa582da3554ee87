import type { Selection } from 'durableflow';
import { domainOf, isAutomatic } from '../knowledge/mail-index.js';
import { shop } from '../knowledge/shop.js';
import { phishingSign } from './phishing-signs.js';
import type { PromptMail } from './prompts.js';
import type { Category, Classification, Used } from './triager.js';

/** Words that speak for a category, in the languages of the customers; a match in the subject counts for three. */
const signs: readonly (readonly [Category, readonly RegExp[]])[] = [
  ['refund', [/\brefund(?:ed|s)?\b/, /\bmoney back\b/, /\bcharged twice\b/, /\breturn(?:ing)? (?:the|it|them)\b/, /\bsend (?:one of them|it) back\b/, /\bfaulty|damaged|broken on arrival\b/, /\bremboursement\b/, /\babîmée?s?\b/, /\bremplacement\b/, /\berstattung\b/, /\breembolso\b/, /возврат/]],
  ['appointment', [/\bappointments?\b/, /\bbooked\b/, /\bbike fitting\b/, /\b(?:full|fleet|gear) service\b/, /\bclass\b/, /\bworkshop\b/, /\bi am down for\b/, /\btermin\b/, /\bhätte tom\b/, /予約/, /調整/, /\brendez-vous\b/]],
  ['order', [/\border(?:ed|s)?\b/, /\bfh-\d{4,}\b/, /\bparcel\b/, /\bdeliver(?:y|ed)\b/, /\bdeposit\b/, /\bcollect(?:ion)?\b/, /\bcould you build\b/, /\bbestell(?:ung|t)\b/, /\bcommande\b/, /\bordre\b/, /\bpedido\b/, /заказ/, /\bzamówieni/]],
  ['question', [/\bdo you have\b/, /\bis there\b/, /\bis it right\b/, /\bavailable\b/, /\bquestion\b/, /\bcould you keep\b/, /\bpytanie\b/, /\benvían\b/, /\brozmiar\b/]],
  ['invoice', [/\b(?:pro ?forma )?invoices?\b/, /\bpayment reminder\b/, /\byour .{0,20}bill\b/, /\bunpaid\b/, /\bbalance is due\b/, /\bdirect debit\b/, /\brechnung\b/, /\bfacturas?\b/]],
]; // prettier-ignore

/** The note that names the trade partners. */
const partners = 'note:partners';

const unsubscribe =
  /\bunsubscribe\b|\byou (?:get|receive) this (?:mail |email )?because you\b|\bearly bird\b|\bview (?:this|it) in your browser\b|\bnewsletter abbestellen\b/i;
const noAnswerWanted =
  /\b(?:do not|don['’]t|no) need (?:an answer|to (?:answer|reply|do anything))\b|\bno (?:answer|reply) (?:is )?(?:needed|necessary)\b/i;
const asks =
  /[?？¿]|\b(?:please|could you|can you|i want|i would like|let me know|bitte|s['’]il vous|je préférerais|we also need)\b|お願い|请|можно/i;

/** The rules of the scripted model, from what is certain to what is likely. */
export function classifyByRules(mail: PromptMail, context: Selection): Classification & Used {
  const verdict = classify(mail, context);
  return { ...verdict, used: verdict.category === 'supplier' ? [partners] : [] };
}

function classify(mail: PromptMail, context: Selection): Classification {
  const fraud = phishingSign(mail);
  if (fraud) return { category: 'phishing', needsReply: false, reason: fraud };
  if (isAutomatic(mail)) return { category: 'auto_reply', needsReply: false, reason: 'the subject says that a machine wrote it' };
  if (domainOf(mail.from) === shop.domain) return { category: 'internal', needsReply: false, reason: 'from the shop itself' };
  if (unsubscribe.test(mail.text)) return { category: 'newsletter', needsReply: false, reason: 'it was sent to a list' };

  const { category, found } = mostLikely(mail, context);
  const wantsAnswer = category !== 'invoice' && asks.test(`${mail.subject}\n${mail.text}`) && !noAnswerWanted.test(mail.text);
  const why = found.length > 0 ? `it says ${found.map((word) => `"${word}"`).join(', ')}` : 'no rule knows its words';
  return { category, needsReply: wantsAnswer, reason: category === 'supplier' ? 'from a trade partner' : why };
}

function mostLikely(mail: PromptMail, context: Selection): { category: Category; found: string[] } {
  const subject = mail.subject.toLowerCase();
  const text = mail.text.toLowerCase();
  let best: { category: Category; score: number; found: string[] } = isPartner(mail, context)
    ? { category: 'supplier', score: 2, found: [] }
    : { category: asks.test(mail.text) ? 'question' : 'other', score: 0, found: [] };
  for (const [category, patterns] of signs) {
    let score = 0;
    const found: string[] = [];
    for (const pattern of patterns) {
      const inSubject = pattern.exec(subject);
      const match = inSubject ?? pattern.exec(text);
      if (!match) continue;
      score += inSubject ? 3 : 1;
      found.push(match[0]);
    }
    if (score > best.score) best = { category, score, found: found.slice(0, 3) };
  }
  return best;
}

/** Whether the shop's notes, as far as they were selected, name the sender as a partner. */
function isPartner(mail: PromptMail, context: Selection): boolean {
  const note = context.selected.find(({ id }) => id === partners);
  return (
    mail.from !== '' && note !== undefined && note.text.split(/[\s,]+/).some((word) => word.replace(/\.$/, '') === domainOf(mail.from))
  );
}
