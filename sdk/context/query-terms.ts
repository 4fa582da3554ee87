import { terms } from './terms.js';

/** English words that say nothing of what is asked. Rarity does not find them out where there are only a few items. */
const functionWords = new Set(
  (
    'a about after again all also am an and any are as at be because been before being both but by can cannot could did do does doing ' +
    'during each for from had has have he her here him his how i if in into is it its me more most my no nor not of on or other our ' +
    'out over s she should since so some such t than that the their them then there these they this those through to too under until ' +
    'up us very was we were what when where which while who whom whose why will with would you your'
  ).split(' '),
);

/** The different terms of a query, in its order, without English function words; with them if there is nothing else. */
export function queryTerms(query: string): string[] {
  const all = [...new Set(terms(query))];
  const telling = all.filter((term) => !functionWords.has(term));
  return telling.length > 0 ? telling : all;
}
