import { createHash } from 'node:crypto';
import { isEnded } from '../store/index.js';
import type { Audit, AuditDecision } from './audit.js';

const producer = 'https://www.npmjs.com/package/durableflow';
const spec = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs';
const facetSpec = (name: string, version: string) => `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}`;

/** A facet: who says it, in what form, and what. */
export interface OpenLineageFacet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [field: string]: unknown;
}

/** Something that was read or made. */
export interface OpenLineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets?: Readonly<Record<string, OpenLineageFacet>>;
  readonly inputFacets?: Readonly<Record<string, OpenLineageFacet>>;
}

/** A run event of OpenLineage 2-0-2. */
export interface OpenLineageEvent {
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';
  readonly eventTime: string;
  readonly run: { readonly runId: string; readonly facets?: Readonly<Record<string, OpenLineageFacet>> };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets?: Readonly<Record<string, OpenLineageFacet>> };
  readonly inputs: readonly OpenLineageDataset[];
  readonly outputs: readonly OpenLineageDataset[];
  readonly producer: string;
  readonly schemaURL: string;
}

/** Options of `openLineageEvents`. */
export interface OpenLineageOptions {
  /** Where jobs and datasets belong to, such as the name of the installation. Default `'durableflow'`. */
  readonly namespace?: string;
}

/**
 * A run as OpenLineage events: the run itself is a job, and so is each call that knew something, with the run as its parent.
 * Inputs are the material that reached the call, by reference and digest; what was rejected or only offered is no input. A run
 * that has not ended has no end event yet.
 *
 * @example
 * ```ts
 * import { DurableFlow, observe, openLineageEvents, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'reader' })
 * class Reader {
 *   run() {
 *     return this.read();
 *   }
 *
 *   @step()
 *   async read() {
 *     observe([{ id: 'page', text: 'We open at nine.' }]);
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Reader, () => new Reader());
 * await (await flow.start(Reader, undefined, { id: 'r-1' })).result();
 * const events = openLineageEvents(flow.audit('r-1'));
 * console.log(events.map(({ eventType, job }) => `${eventType} ${job.name}`).join(', ')); // START reader, START reader.read, COMPLETE reader.read, COMPLETE reader
 * console.log(events[2]?.inputs[0]?.name); // page
 * await flow.close();
 * ```
 */
export function openLineageEvents(audit: Audit, { namespace = 'durableflow' }: OpenLineageOptions = {}): OpenLineageEvent[] {
  const { run } = audit;
  const job = { namespace, name: run.workflow, facets: { jobType: jobType('WORKFLOW') } };
  const self = {
    runId: uuidOf(namespace, run.id),
    facets: { durableflow_run: own({ id: run.id, version: run.version, claims: run.claims, status: run.status }) },
  };
  const event = (eventType: OpenLineageEvent['eventType'], at: Date, rest: Partial<OpenLineageEvent>): OpenLineageEvent => ({
    eventType,
    eventTime: at.toISOString(),
    run: self,
    job,
    inputs: [],
    outputs: [],
    producer,
    schemaURL: `${spec}/RunEvent`,
    ...rest,
  });
  const input: OpenLineageDataset = { namespace, name: `${run.workflow}/input/${run.inputDigest}` };
  const decisions = audit.decisions.flatMap((decision) => {
    const step = audit.steps.find(({ call }) => call === decision.call);
    const parent = { run: { runId: self.runId }, job: { namespace, name: run.workflow } };
    const of = {
      run: {
        runId: uuidOf(namespace, run.id, String(decision.call)),
        facets: { parent: facet('ParentRunFacet', '1-1-0', parent), durableflow_decision: own(decisionFacts(decision)) },
      },
      job: { namespace, name: `${run.workflow}.${decision.method}`, facets: { jobType: jobType('STEP') } },
    };
    const start = event('START', step?.startedAt ?? decision.recordedAt, of);
    if (!step) return [start];
    const outputs = step.outcome === 'returned' ? [{ namespace, name: `${run.workflow}.${decision.method}/${step.digest}` }] : [];
    const end = event(step.outcome === 'returned' ? 'COMPLETE' : 'FAIL', step.endedAt, {
      ...of,
      inputs: datasets(namespace, decision),
      outputs,
    });
    return [start, end];
  });
  const ends = { completed: 'COMPLETE', failed: 'FAIL', diverged: 'FAIL', rejected: 'ABORT', cancelled: 'ABORT' } as const;
  const end = isEnded(run.status) ? [event(ends[run.status], run.updatedAt, { inputs: [input] })] : [];
  return [event('START', run.createdAt, { inputs: [input] }), ...decisions, ...end];
}

/** What reached the call. */
function datasets(namespace: string, { material }: AuditDecision): OpenLineageDataset[] {
  return material
    .filter(({ state }) => state !== 'rejected' && state !== 'retrieved')
    .map(({ reference, digest, state, tokens, score, rank, pinned }) => ({
      namespace,
      name: reference,
      facets: { version: facet('DatasetVersionDatasetFacet', '1-0-1', { datasetVersion: digest }) },
      inputFacets: { durableflow_use: own({ state, tokens, score, rank, pinned }) },
    }));
}

function decisionFacts({ call, budget, material, modelCalls, inherited }: AuditDecision): Record<string, unknown> {
  return {
    call,
    inherited,
    budget,
    rejected: material.filter(({ state }) => state === 'rejected').map(({ reference, digest, reason }) => ({ reference, digest, reason })),
    modelCalls: modelCalls.map(({ provider, model, outcome, usage, costUsd, promptDigest }) => ({
      provider,
      model,
      outcome,
      usage,
      costUsd,
      promptDigest,
    })),
  };
}

const jobType = (type: string) => facet('JobTypeJobFacet', '2-0-3', { processingType: 'BATCH', integration: 'DURABLEFLOW', jobType: type });

const facet = (name: string, version: string, fields: Record<string, unknown>): OpenLineageFacet => ({
  _producer: producer,
  _schemaURL: facetSpec(name, version),
  ...fields,
});

/** A facet of this library's own, which has no schema but the one of every facet. */
const own = (fields: Record<string, unknown>): OpenLineageFacet => ({ _producer: producer, _schemaURL: `${spec}/RunFacet`, ...fields });

/** OpenLineage names runs by UUID: one that is always the same for the same run (version 5, as RFC 9562 makes it). */
function uuidOf(...names: readonly string[]): string {
  const bytes = createHash('sha1')
    .update(`durableflow:${JSON.stringify(names)}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
