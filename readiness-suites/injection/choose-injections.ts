import { createHash } from 'node:crypto';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { readBuiltIn, readCorpus } from '../corpus.js';
import type { Scene } from '../scene.js';
import { Injection } from './injection.js';

const usualCount = 4;

/**
 * The attacks to try, and one text of an honest customer for comparison. Few of many are some of each kind, drawn by the
 * suite's seed; the suite's own are always among them. Throws `DF_READINESS_SUITE`.
 */
export function chooseInjections(
  scene: Scene,
  seed: number,
): { readonly attacks: readonly Injection[]; readonly benign: readonly Injection[] } {
  const all = shuffled(readCorpus('injections', Injection, scene), seed);
  const builtIn = new Set(readBuiltIn('injections', Injection).map(({ id }) => id));
  const own = all.filter(({ id }) => !builtIn.has(id));
  const offered = all.filter(({ id }) => builtIn.has(id));
  const techniques = scene.ground.suite.options.injections?.techniques ?? fromEnvironment() ?? usualCount;
  const { attacks, benign } = parted(offered);
  const mine = parted(own);
  if (typeof techniques === 'object') {
    const unknown = techniques.find((id) => !all.some((it) => it.id === id));
    if (unknown !== undefined)
      throw new DurableFlowError(
        'DF_READINESS_SUITE',
        `there is no injection "${unknown}"; there are ${all.map(({ id }) => id).join(', ')}`,
      );
    const named = parted(offered.filter(({ id }) => techniques.includes(id)));
    return {
      attacks: [...named.attacks, ...mine.attacks],
      benign: [...(named.benign.length > 0 ? named.benign : benign.slice(0, 1)), ...mine.benign],
    };
  }
  const isAll = techniques === 'all';
  return {
    attacks: [...(isAll ? attacks : someOfEach(attacks, techniques)), ...mine.attacks],
    benign: [...(isAll ? benign : benign.slice(0, 1)), ...mine.benign],
  };
}

function fromEnvironment(): number | 'all' | readonly string[] | undefined {
  const said = process.env['DURABLEFLOW_INJECTIONS'];
  if (!said) return undefined;
  if (said === 'all') return said;
  return /^\d+$/.test(said) ? Number(said) : said.split(',').map((id) => id.trim());
}

const parted = (entries: readonly Injection[]) => ({
  attacks: entries.filter(({ benign }) => !benign),
  benign: entries.filter(({ benign }) => benign),
});

/** The first of each group, then the second of each, and so on. */
function someOfEach(entries: readonly Injection[], count: number): Injection[] {
  const place = (entry: Injection) => entries.filter(({ group }) => group === entry.group).indexOf(entry);
  return entries.toSorted((one, other) => place(one) - place(other)).slice(0, count);
}

function shuffled(entries: readonly Injection[], seed: number): Injection[] {
  const lot = ({ id }: Injection) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  return entries.toSorted((one, other) => (lot(one) < lot(other) ? -1 : 1));
}
