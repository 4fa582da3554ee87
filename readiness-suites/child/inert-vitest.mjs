// Stands in for Vitest in a trial's process, where a suite's file is imported for what it declares, and nothing is tested.
const registry = Symbol.for('durableflow.readiness.suites');
const suites = (globalThis[registry] ??= []);

/** Anything that may be called, chained or read, and does nothing. */
const inert = new Proxy(function () {}, {
  get: (target, property) => (property === 'then' ? undefined : property === Symbol.toPrimitive ? () => 'inert' : inert),
  apply: () => inert,
  construct: () => inert,
  set: () => true,
});

/** Runs what is inside a `describe`, because suites may be declared there. */
const inside = (...args) => {
  const body = args.find((arg) => typeof arg === 'function');
  body?.();
  return inert;
};
const declare = (agent, options) => void suites.push({ agent, options });
const each =
  (cases) =>
  (...args) =>
    cases.map((it) => (typeof args[0] === 'function' && args.length === 2 ? declare(args[0], args[1](it)) : undefined));

const chained = (call, extra = {}) =>
  new Proxy(call, {
    get: (target, property) => (property in extra ? extra[property] : property === 'then' ? undefined : chained(call, extra)),
  });

const readiness = Object.assign((agent, options) => declare(agent, options), {});
readiness.only = readiness;
readiness.skip = readiness;
readiness.each = each;
readiness.colony = () => {};

const describing = () =>
  chained(inside, {
    readiness,
    each: (cases) => (name, body) => [...cases].forEach((it) => (Array.isArray(it) ? body(...it) : body(it))),
    for: (cases) => (name, body) => [...cases].forEach((it) => body(it)),
    skipIf: () => inside,
    runIf: () => inside,
  });

export const describe = describing();
export const suite = describing();
export const test = inert;
export const it = inert;
export const bench = inert;
export const expect = inert;
export const assert = inert;
export const chai = inert;
export const should = inert;
export const createExpect = inert;
export const expectTypeOf = inert;
export const assertType = inert;
export const vi = inert;
export const vitest = inert;
export const inject = inert;
export const beforeAll = inert;
export const beforeEach = inert;
export const afterAll = inert;
export const afterEach = inert;
export const aroundAll = inert;
export const aroundEach = inert;
export const onTestFailed = inert;
export const onTestFinished = inert;
export const recordArtifact = inert;
export const BenchmarkRunner = inert;
export const EvaluatedModules = inert;
export const Snapshots = inert;
export const TestRunner = inert;
export default inert;
