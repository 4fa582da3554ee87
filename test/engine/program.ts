import fc from 'fast-check';

/** How the body of a step or an effect ends: `recovers` after its first attempt has failed. */
type BodyEnd = 'returns' | 'throws' | 'recovers';

/** Something that a random workflow does. Every leaf has a number of its own. */
export type Program =
  | { readonly kind: 'step' | 'undoable'; readonly id: number; readonly ends: BodyEnd }
  /** `doubt`: how it is found out whether it has happened. */
  | { readonly kind: 'effect'; readonly id: number; readonly ends: BodyEnd; readonly doubt: 'reconcile' | 'retry' | 'ask' }
  | { readonly kind: 'transaction' | 'question'; readonly id: number }
  | { readonly kind: 'sleep'; readonly id: number; readonly minutes: number }
  | { readonly kind: 'signal'; readonly id: number; readonly sent: 'before' | 'later' }
  | { readonly kind: 'note'; readonly id: number; readonly of: 'now' | 'random' | 'uuid' | 'patched' }
  | { readonly kind: 'gate'; readonly id: number; readonly verdict: 'approved' | 'edited' | 'rejected'; readonly effect: boolean }
  | { readonly kind: 'child'; readonly id: number; readonly part: Program }
  | { readonly kind: 'try'; readonly part: Program; readonly otherwise: Program }
  | { readonly kind: 'sequence' | 'all' | 'race' | 'any' | 'allSettled'; readonly parts: readonly Program[] };

const id = fc.constant(0);
const ends = fc.constantFrom<BodyEnd>('returns', 'returns', 'returns', 'recovers', 'throws');

const { program } = fc.letrec<{ program: Program; leaf: Program }>((tie) => ({
  leaf: fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('step' as const), id, ends }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('undoable' as const), id, ends }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('effect' as const), id, ends, doubt: fc.constantFrom('reconcile', 'retry', 'ask') }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('transaction', 'question'), id }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), id, minutes: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('signal' as const), id, sent: fc.constantFrom('before', 'later') }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('note' as const), id, of: fc.constantFrom('now', 'random', 'uuid', 'patched') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('gate' as const),
        id,
        verdict: fc.constantFrom('approved', 'approved', 'edited', 'rejected'),
        effect: fc.boolean(),
      }),
    },
  ),
  program: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 2, arbitrary: tie('leaf') },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('sequence', 'sequence', 'sequence', 'all', 'race', 'any', 'allSettled'),
        parts: fc.array(tie('program'), { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('try' as const), part: tie('program'), otherwise: tie('program') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('child' as const), id, part: tie('program') }) },
  ),
}));

/** Random programs, with numbered leaves. */
export const programs: fc.Arbitrary<Program> = program.map((it) => {
  let next = 0;
  const number = (part: Program): Program => {
    if (part.kind === 'try') return { ...part, part: number(part.part), otherwise: number(part.otherwise) };
    if ('parts' in part) return { ...part, parts: part.parts.map(number) };
    if (part.kind === 'child') return { ...part, id: next++, part: number(part.part) };
    return { ...part, id: next++ };
  };
  return number(it);
});

/** The parts that a program is directly made of. */
export function partsOf(it: Program): readonly Program[] {
  if ('parts' in it) return it.parts;
  if (it.kind === 'try') return [it.part, it.otherwise];
  return it.kind === 'child' ? [it.part] : [];
}

/** The program and all that is in it; what its children do only if asked for. */
export function everythingIn(it: Program, { children = true } = {}): Program[] {
  const parts = it.kind === 'child' && !children ? [] : partsOf(it);
  return [it, ...parts.flatMap((part) => everythingIn(part, { children }))];
}

/** Whether the order in which things happen can decide on the outcome. */
export function hasRaces(it: Program): boolean {
  if (it.kind === 'race' || it.kind === 'any') return it.parts.length > 1 || hasRaces(it.parts[0]!);
  if (it.kind === 'all' && it.parts.length > 1 && it.parts.some(canFail)) return true;
  return partsOf(it).some(hasRaces);
}

function canFail(it: Program): boolean {
  if ('ends' in it) return it.ends === 'throws';
  if (it.kind === 'gate') return it.verdict === 'rejected';
  if (it.kind === 'try') return canFail(it.part) && canFail(it.otherwise);
  return it.kind !== 'allSettled' && partsOf(it).some(canFail);
}

/** Whether two of its leaves can be under way at once. */
export const isParallel = (it: Program): boolean =>
  everythingIn(it).some((part) => (part.kind === 'all' || part.kind === 'allSettled') && part.parts.length > 1);
