import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject, test } from 'vitest';
import { loadTokenizer, estimateTokens, type TokenCounter } from '../sdk/context/index.js';
import type { WorkflowClass } from '../sdk/definition/workflow-definition.js';
import { DurableFlowError } from '../sdk/errors/index.js';
import type { ModeEvidence, ReadinessMeta, SuiteIdentity } from '../readiness-suites/evidence.js';
import { engineFor } from '../readiness-suites/engine/engine-for.js';
import type { Mode } from '../readiness-suites/mode.js';
import { coreModes, modes as allModes } from '../readiness-suites/modes.js';
import { emptyEvidence, runMode } from '../readiness-suites/run-mode.js';
import { deadlineOf, Scene } from '../readiness-suites/scene.js';
import { assertOptions, declaredSuites, seedOf, type ReadinessOptions } from '../readiness-suites/suite.js';
import type { TrialGround } from '../readiness-suites/trial/run-trial.js';
import { providedKey, type Provided } from './provided.js';
import { ReadinessFailure } from './readiness-failure.js';

/** One trial of each of a mode's variants may take this long, whatever its agent does; those of other modes are under way meanwhile. */
const modeTimeoutMs = 600_000;

/** How many suites each file has declared so far: their order names them in a trial's process. */
const declaredIn = new WeakMap<object, number>();

type Suite = (name: string, body: () => void) => unknown;

/** Declares a suite named as its class, with a test for each mode. `above` is the function whose caller's line is the suite's. */
export function declareReadiness<C extends WorkflowClass>(
  suite: Suite,
  agent: C,
  options: ReadinessOptions<C>,
  above: (...args: never[]) => unknown,
): void {
  assertOptions(agent, options);
  const at = stackAbove(above);
  const { file, line } = placeOf(at);
  const declared = { agent, options: options as ReadinessOptions<WorkflowClass> };
  declaredSuites().push(declared);
  const modes = chosenModes(options.modes);
  const seed = seedOf(options);
  const trials = options.trials ?? 1;
  let opening: Promise<Scene> | undefined;

  const collector = suite(agent.name, () => {
    afterAll(async () => {
      const scene = await opening?.catch(() => undefined);
      await scene?.close();
    });
    for (const mode of modes) {
      const identity = (scene?: Scene): SuiteIdentity => ({
        agent: agent.name,
        file: relative(provided().root, file),
        line,
        project: provided().project,
        modes: requiredModes(modes),
        threshold: options.threshold ?? 80,
        seed,
        trials,
        live: options.live !== undefined,
        reads: scene?.reads ?? [],
        expectedEffects: scene?.expected.map(({ tool }) => tool) ?? [],
        options: optionsInWords(options),
        ...(options.accept && { accepted: options.accept }),
      });
      const meta = (evidence: ModeEvidence, scene?: Scene): ReadinessMeta => ({ suite: identity(scene), mode: evidence });
      const settings = { meta: { readiness: meta(emptyEvidence(mode)) }, retry: 0, timeout: modeTimeoutMs * trials, concurrent: true };
      test(mode.title, settings as object, async ({ task, signal, annotate, expect }) => {
        const report = task.meta as { readiness?: ReadinessMeta };
        let scene: Scene | undefined;
        let evidence: ModeEvidence;
        try {
          scene = await (opening ??= groundOf(declared, file, ordinal).then((ground) => Scene.open(ground, signal)));
          const failure = mode.id === 'fault_free' ? undefined : scene.controlFailure('durable');
          evidence =
            failure === undefined
              ? await runMode(mode, scene, { seed, trials, signal })
              : { ...emptyEvidence(mode), harnessError: `there is nothing to compare with: ${failure}` };
        } catch (error) {
          evidence = { ...emptyEvidence(mode), harnessError: error instanceof Error ? error.message : String(error) };
        }
        report.readiness = meta(evidence, scene);
        const failure = ReadinessFailure.of(evidence, at);
        await annotate(failure?.message ?? `${mode.title}: passed`, failure ? 'error' : 'notice');
        if (failure) throw failure;
        expect(evidence.harnessError).toBeUndefined();
      });
    }
  });
  const ordinal = nextOrdinal((collector as { readonly file?: object } | undefined)?.file);
}

/** The order of the suite in its file, from 0. Vitest makes a new object of a file each time that it collects it. */
function nextOrdinal(file: object = declaredIn): number {
  const ordinal = declaredIn.get(file) ?? 0;
  declaredIn.set(file, ordinal + 1);
  return ordinal;
}

function provided(): Provided {
  const found = inject(providedKey as never) as Provided | undefined;
  if (found) return found;
  throw new DurableFlowError(
    'DF_READINESS_SUITE',
    'the plugin is missing: put readiness() of durableflow/readiness into plugins of your vitest.config',
  );
}

export async function groundOf(suite: TrialGround['suite'], file: string, ordinal: number): Promise<TrialGround> {
  return {
    suite,
    root: provided().root,
    file,
    ordinal,
    loader: provided().loader,
    modelApi: await modelApi(),
    countTokens: await tokenCounter(),
    deadlineMs: deadlineOf(suite),
  };
}

async function tokenCounter(): Promise<TokenCounter> {
  const count = await loadTokenizer().catch(() => estimateTokens);
  // A tokenizer takes seconds for what no model would be sent.
  return (text) => (text.length > 2_000_000 ? estimateTokens(text) : count(text));
}

/** The official client that is installed. */
async function modelApi(): Promise<'openai' | 'anthropic'> {
  return import('openai').then(
    () => 'openai',
    () => 'anthropic',
  );
}

/** Options that can loosen a verdict, so that a change to them is seen. */
function optionsInWords<C extends WorkflowClass>(options: ReadinessOptions<C>) {
  const { allowedEffects, deadline, limits, corpus, accept, liveLimits, engine } = options;
  const words = {
    allowedEffects: allowedEffects.join(', '),
    engine: engine && engineFor({ engine }).name,
    deadline,
    limits: said(limits),
    corpus: corpus?.join(', '),
    accept: said(accept),
    liveLimits: liveLimits?.usd === undefined ? undefined : `usd: ${liveLimits.usd}`,
  };
  return Object.fromEntries(Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

const said = (values: object | undefined) =>
  values && Object.entries(values).map(([name, value]) => `${name}: ${String(value)}`).join(', '); // prettier-ignore

/** What a verdict needs: the modes that were chosen, and the core ones, chosen or not. */
const requiredModes = (chosen: readonly Mode[]): string[] =>
  allModes.filter((mode) => coreModes.has(mode.id) || chosen.includes(mode)).map(({ id }) => id);

function chosenModes(ids: readonly string[] | undefined): readonly Mode[] {
  if (!ids) return allModes;
  const unknown = ids.find((id) => !allModes.some((mode) => mode.id === id));
  if (unknown !== undefined)
    throw new DurableFlowError('DF_READINESS_SUITE', `there is no mode "${unknown}"; there are ${allModes.map(({ id }) => id).join(', ')}`);
  return allModes.filter(({ id }) => ids.includes(id));
}

export function stackAbove(above: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, above);
  return holder.stack ?? '';
}

/** The file and line at the top of a stack. */
export function placeOf(stack: string): { file: string; line: number } {
  const [, place = '', line = '0'] = /\(?((?:file:\/\/)?\/[^\n()]*?):(\d+):\d+\)?$/m.exec(stack) ?? [];
  return { file: place.startsWith('file://') ? fileURLToPath(place) : place, line: Number(line) };
}
