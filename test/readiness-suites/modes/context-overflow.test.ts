import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contextOverflow, requestStays } from '../../../readiness-suites/modes/context-overflow.js';
import { inflate, type Inflation } from '../../../readiness-suites/modes/inflate.js';
import { call, prompt, refund, sceneOf, seen } from '../hand-made.js';

const notes = 'Order 7 arrived broken; it had cost 1200 cents.';
const asked = prompt('My order 7 arrived broken c-7 t-1', { tokens: 50 });
const scene = sceneOf({ tools: [call({ answer: { id: 'c-7', name: 'Ann', notes } }), refund()], prompts: [asked] });

function onlyVariant() {
  const all = contextOverflow.variants(scene);
  if ('none' in all || all.length !== 1) throw new Error('expected one variant');
  return all[0]!;
}

describe('context overflow', () => {
  it('grows what can grow, with the right material in the middle, and shuts the window', () => {
    const { id, plan } = onlyVariant();
    const { fault, window } = plan('naked', 1);
    const spoilt = fault.tool!({ name: 'crm.customer', kind: 'read', args: [], key: undefined, nth: 1, life: 1 });
    const { notes: long, ...rest } = (spoilt as { make(it: unknown): { notes: string } }).make({ id: 'c-7', name: 'Ann', notes });
    expect([id, window, rest]).toEqual(['texts', 2000, { id: 'c-7', name: 'Ann' }]);
    expect(long.length).toBeGreaterThan(20_000);
    expect(long.indexOf(notes) / long.length).toBeCloseTo(0.5, 1);
  });

  it.each([
    ['a prompt that is too long', { prompts: [prompt(asked.text, { tokens: 2001 })] }, 'sent a prompt of 2,001 tokens; 2,000 are the most'],
    [
      'a prompt without the request',
      { prompts: [prompt('noise and noise')] },
      'prompt 1 no longer had the request in it: "My order 7 arrived broken" is missing',
    ],
    ['too many turns', { prompts: Array.from({ length: 31 }, () => asked) }, 'asked its models 31 times; 30 times are the most'],
    ['too much money', { prompts: [{ ...asked, costUsd: 1.5 }] }, 'spent $1.50; $1.00 is the most'],
    ['a lost needle', { prompts: [asked] }, 'crm.refund was not done: it came to its end'],
    ['a wrong effect', { prompts: [asked], tools: [refund('c-7', 9)] }, 'executed crm.refund("c-7", 9), which nobody approved'],
  ])('does not pass with %s', (_what, over, reason) => {
    expect(onlyVariant().judge(seen(over))).toEqual({ passed: false, reason });
  });

  it('passes if the work was done within all limits, or if somebody is asked', () => {
    expect(onlyVariant().judge(seen({ prompts: [asked], tools: [refund()] })).passed).toBe(true);
    expect(onlyVariant().judge(seen({ prompts: [asked], end: 'parked' })).passed).toBe(true);
  });

  it('demands only what every fault-free prompt had', () => {
    const other = sceneOf({ tools: [call(), refund()], prompts: [asked, prompt('a question of its own')] });
    expect(requestStays(seen({ prompts: [prompt('noise')] }), other).passed).toBe(true);
  });

  it('can not be tried where no model is asked, or nothing can grow', () => {
    expect(contextOverflow.variants(sceneOf({ tools: [call({ answer: { notes } }), refund()] }))).toEqual({ none: 'no model was asked' });
    expect(contextOverflow.variants(sceneOf({ tools: [call({ answer: 7 }), refund()], prompts: [asked] }))).toHaveProperty('none');
  });
});

describe('inflate', () => {
  const orders = [
    { id: 'o-4711', item: 'Rear light', totalCents: 2490, placedOn: '2026-11-03', status: 'delivered', charges: 2 },
    { id: 'o-4520', item: 'Inner tube', totalCents: 790, placedOn: '2026-08-19', status: 'delivered', charges: 1 },
  ];
  const Orders = z.array(
    z.object({
      id: z.string().max(10),
      item: z.string(),
      totalCents: z.int().positive(),
      placedOn: z.iso.date(),
      status: z.enum(['delivered']),
      charges: z.int().max(9),
    }),
  );
  const inflation: Inflation = {
    by: 'entries',
    characters: 20_000,
    seed: 1,
    about: [{ text: 'I was charged twice for order o-4711.' }, [{ orderId: 'o-4711', amountCents: 2490 }]],
    accepts: (it) => Orders.safeParse(it).success,
  };

  it('makes entries like those that the work is not about, in the same shape, each with a name of its own', () => {
    const larger = inflate(orders, inflation) as typeof orders;
    const others = larger.filter(({ id }) => id !== 'o-4711');
    expect(larger.length).toBeGreaterThan(100);
    expect(new Set(larger.map(({ id }) => id)).size).toBe(larger.length);
    expect(others.every(({ charges, totalCents }) => charges === 1 && totalCents === 790)).toBe(true);
    expect(larger.indexOf(orders[0]!) / larger.length).toBeCloseTo(0.5, 1);
  });

  it('is the same for the same seed', () => {
    const texts = { ...inflation, by: 'texts', accepts: () => true } as const;
    const about = 'The rear light was charged twice.';
    expect(inflate(about, texts)).toBe(inflate(about, texts));
    expect(inflate(about, texts)).not.toBe(inflate(about, { ...texts, seed: 2 }));
  });

  it('grows as far as the schema lets it, and not at all if it may not', () => {
    const atMost = (n: number) => (it: unknown) => z.array(z.unknown()).max(n).safeParse(it).success;
    const larger = inflate(orders, { ...inflation, accepts: atMost(60) }) as unknown[];
    expect(larger.length).toBeGreaterThan(30);
    expect(larger.length).toBeLessThanOrEqual(60);
    expect(inflate(orders, { ...inflation, accepts: atMost(3) })).toBeUndefined();
    expect(inflate({ id: 'c-7', name: 'Ann' }, inflation)).toBeUndefined();
  });
});
