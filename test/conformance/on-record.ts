import type { DurableFlow } from 'durableflow';
import { eventually } from '../fixtures/eventually.js';
import type { World } from './scenario.js';

/** All that must not differ from engine to engine. */
export interface OnRecord {
  readonly runs: Readonly<Record<string, unknown>>;
  /** In alphabetical order: branches may take turns. */
  readonly deeds: readonly string[];
}

/** Times, and what counts processes. How often a run was taken up depends on who was how fast. */
const different =
  /At$|^(since|time|at|claims|claim|resumptions|durationMs|latencyMs|firstTokenMs|host|pid|id|date|signature|epoch|instance)$/;

/** Calls whose values are new in every run. */
const isRandom = (it: object) => 'method' in it && ['now', 'random', 'uuid'].includes(String(it.method));

/** Errors may tell of times, and are compared by themselves. */
const hasThrown = (it: object) => 'outcome' in it && it.outcome === 'threw';

function isDifferent(name: string, of: object): boolean {
  if (different.test(name) || (name === 'value' && isRandom(of))) return true;
  return name === 'digest' && (isRandom(of) || hasThrown(of));
}

/** What is on record of the runs of this process, but for times. */
export async function onRecord(flow: DurableFlow, world: World): Promise<OnRecord> {
  const own = () => flow.runs({ limit: 1000 }).filter(({ workflow, version }) => flow.isRegistered(workflow, version));
  // All stories come to an end; a client may get to know of it a moment later.
  await eventually(() => own().every(({ status }) => !['pending', 'running', 'waiting'].includes(status)));
  const runs = own().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    runs: Object.fromEntries(
      runs.map(({ id }) => {
        const run = flow.show(id);
        return [id, plain({ ...run, children: run.children.toSorted(), audit: flow.audit(id) })];
      }),
    ),
    deeds: world.deeds.toSorted(),
  };
}

const isCall = (it: unknown): it is { readonly call: number } => typeof it === 'object' && it !== null && 'call' in it;

function plain(value: unknown): unknown {
  if (value instanceof Error) return { error: value.name, message: plain(value.message), code: 'code' in value ? value.code : undefined };
  if (typeof value === 'string') return value.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(a time)');
  if (value instanceof Date || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return value;
  // Branches may come to their ends in another order.
  if (Array.isArray(value)) return (value.every(isCall) ? value.toSorted((a, b) => a.call - b.call) : value).map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isDifferent(name, value))
      .map(([name, it]) => [name, plain(it)]),
  );
}
