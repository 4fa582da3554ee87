import type { EffectView, RunDetails } from '../index.js';

/** What a run waits for, and the commands that end the wait. */
export interface NextStep {
  readonly waitsFor: string;
  readonly commands: readonly string[];
}

/** Who reads the commands. */
export interface Caller {
  /** How the command line was called. */
  readonly self: string;
  /** Whether the database is a server, whose workers alone execute runs: no command does. */
  readonly onServer?: boolean;
}

/** What has to happen for the run to go on; nothing if it has ended for good. */
export function nextSteps(run: RunDetails, { self, onServer = false }: Caller): NextStep[] {
  const resume = `${self} resume ${shellWord(run.id)}`;
  switch (run.status) {
    case 'pending':
      return [
        onServer
          ? { waitsFor: `a worker that serves workflow "${run.workflow}" version "${run.version}"`, commands: [`${self} doctor`] }
          : {
              waitsFor: `a process that has registered workflow "${run.workflow}" version "${run.version}"`,
              commands: [`${resume} --app MODULE`],
            },
      ];
    case 'diverged':
      return [
        { waitsFor: `the code that it began with, version "${run.version}"`, commands: [onServer ? resume : `${resume} --app MODULE`] },
      ];
    case 'waiting':
    case 'in_doubt':
      return waits(run, self);
    default:
      return [];
  }
}

function waits(run: RunDetails, self: string): NextStep[] {
  const decisions = run.approvals
    .filter(({ verdict }) => !verdict)
    .map(({ id, method }) => ({
      waitsFor: `a decision on ${method} (approval ${id})`,
      commands: [`${self} approve ${id}`, `${self} reject ${id} --reason TEXT`],
    }));
  const doubts = run.effects
    .filter(({ state }) => run.status === 'in_doubt' && state === 'intended')
    .map((effect) => ({
      waitsFor: `a look at the outside world: has ${effect.method} happened? (call ${effect.call}, key ${effect.key})`,
      commands: resolveCommands(run.id, effect, self),
    }));
  const others = run.waits
    .filter(({ name }) => name !== 'sleep')
    .map(({ call, name }) => ({ waitsFor: `${name} (call ${call})`, commands: signalCommands(run, name, self) }));
  const time = run.wakeAt ? [{ waitsFor: `time: it goes on at ${run.wakeAt.toISOString()}`, commands: [] }] : [];
  const found = [...doubts, ...decisions, ...others, ...time];
  return found.length > 0 ? found : [{ waitsFor: 'something outside the run', commands: [] }];
}

/** For an operator's word on this doubt, and on no later one. */
export function resolveCommands(runId: string, { call, intendedAt }: EffectView, self: string): readonly [string, string] {
  const resolve = `${self} resolve ${shellWord(runId)} ${call} --intended-at ${intendedAt.toISOString()}`;
  return [`${resolve} --happened --value JSON`, `${resolve} --did-not-happen`];
}

function signalCommands({ id }: RunDetails, wait: string, self: string): string[] {
  const [, name] = /^signal:(.+)$/s.exec(wait) ?? [];
  return name === undefined ? [] : [`${self} signal ${shellWord(id)} ${shellWord(name)} --payload JSON`];
}

/** The text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
