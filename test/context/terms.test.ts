import { describe, expect, it } from 'vitest';
import { queryTerms, terms } from '../../sdk/context/index.js';

describe('terms', () => {
  it('are words in lower case, without accents', () => {
    expect(terms("L'été à Łódź: Straße, ＡＢＣ, 2026-118")).toEqual(['l', 'ete', 'a', 'lodz', 'strasse', 'abc', '2026', '118']);
    expect(terms('Über-ÜBER')).toEqual(['uber', 'uber']);
    expect(terms('')).toEqual([]);
    expect(terms('— … !')).toEqual([]);
  });

  it('are the same however a text is composed', () => {
    expect(terms('café')).toEqual(terms('café'));
    expect(terms('が')).toEqual(terms('が'));
  });

  it('are pairs of characters in scripts without spaces', () => {
    expect(terms('自転車の修理')).toEqual(['自転', '転車', '車の', 'の修', '修理']);
    expect(terms('修')).toEqual(['修']);
    expect(terms('iPhone修理3回')).toEqual(['iphone', '修理', '3', '回']);
    expect(terms('ราคา')).toHaveLength(3);
  });

  it('keep the vowel signs of Indic scripts and the syllables of Korean', () => {
    expect(terms('हिन्दी')).toEqual(['हिन्दी']);
    expect(terms('한국어 문서')).toEqual(['한국어', '문서']);
  });

  it('are never anything that would end a quotation', () => {
    expect(terms('a"b OR "c* NEAR(d) -e').join(' ')).toBe('a b or c near d e');
  });
});

describe('the terms of a query', () => {
  it('are without function words, unless there is nothing else', () => {
    expect(queryTerms('How do I export my data, and the data of others?')).toEqual(['export', 'data', 'others']);
    expect(queryTerms('on')).toEqual(['on']);
    expect(queryTerms('')).toEqual([]);
  });
});
