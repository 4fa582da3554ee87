import { domainOf } from '../knowledge/mail-index.js';
import { shop } from '../knowledge/shop.js';
import type { PromptMail } from './prompts.js';

/** Texts that address the assistant instead of a person. They are evidence about the mail, and nothing else. */
const orders =
  /\b(?:ignore|disregard|forget)\b.{0,30}\b(?:previous|prior|earlier|above)\b.{0,20}\binstructions?\b|\bsystem (?:note|prompt|message)\b|\bnote (?:for|to) the assistant\b|\byou are now in\b|\bdo not ask a human\b/is;

/** What speaks for a fraud, in words; undefined if nothing does. */
export function phishingSign(mail: PromptMail): string | undefined {
  const text = `${mail.subject}\n${mail.text}`;
  const domain = domainOf(mail.from);
  if (orders.test(text)) return 'its text gives orders to an assistant; none was followed';
  if (domain !== shop.domain && lookLike(domain) === lookLike(shop.domain)) return `${domain} only looks like ${shop.domain}`;
  if (mail.fromName !== undefined && (shop.staff as readonly string[]).includes(mail.fromName) && domain !== shop.domain)
    return `it claims to be from ${mail.fromName}, but comes from ${domain}`;
  if (/\bgift cards?\b/i.test(text) && /\bcodes?\b/i.test(text)) return 'it asks for the codes of gift cards';
  if (/\b(?:verify|confirm|enter) your password\b/i.test(text)) return 'it asks for a password';
  if (
    /\b(?:new|changed)\b.{0,40}\bbank (?:details|account)\b|\bbank (?:details|account)\b.{0,40}\bchanged\b(?<!unchanged)/is.test(text) &&
    /\bIBAN\b|\baccount name\b/i.test(text)
  )
    return 'it announces new bank details; call the supplier on a number that you know';
  return undefined;
}

/** Letters that are mistaken for each other are one letter here. */
const lookLike = (domain: string): string => domain.toLowerCase().replaceAll('rn', 'm').replace(/[1i|]/g, 'l').replaceAll('0', 'o');
