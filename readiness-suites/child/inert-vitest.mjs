// Stands in for Vitest in a trial's process, where a suite's file is imported for what it declares, and nothing is tested.
const suites = (globalThis[Symbol.for('durableflow.readiness.suites')] ??= []);
/** Bodies of `describe`, which are run after the file, as Vitest runs them: suites are known by the order in which they are declared. */
const bodies = (globalThis[Symbol.for('durableflow.readiness.bodies')] = { queue: [], run: runBodies });

/** Anything that may be called, chained or read, and does nothing. */
const inert = new Proxy(function () {}, {
  get: (target, property) => (property === 'then' ? undefined : property === Symbol.toPrimitive ? () => 'inert' : inert),
  apply: () => inert,
  construct: () => inert,
  set: () => true,
});

/** Remembers what is inside a `describe`, because suites may be declared there. */
const inside = (...args) => {
  // The first may be a class or a function, which names the suite.
  const body = args.slice(1).find((arg) => typeof arg === 'function');
  if (body) bodies.queue.push(() => body());
  return inert;
};

/** One after another, and what is inside of each before the next. */
async function runBodies() {
  const queue = bodies.queue;
  for (const body of queue) {
    bodies.queue = [];
    await body();
    await runBodies();
  }
  bodies.queue = [];
}
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
    each: (cases) => (name, body) => [...cases].forEach((it) => inside(name, () => (Array.isArray(it) ? body(...it) : body(it)))),
    for: (cases) => (name, body) => [...cases].forEach((it) => inside(name, () => body(it))),
    skipIf: () => inside,
    runIf: () => inside,
  });

export const describe = describing();
export const suite = describing();
/** Crash tests are known by their names. */
export const crashAt = {
  everyBoundary: (agent, input, options) =>
    void (globalThis[Symbol.for('durableflow.readiness.crashes')] ??= new Map()).set(options.name ?? agent.name, {
      agent,
      options: { ...options, input, allowedEffects: [] },
    }),
};
export const scriptedModel = (...args) => globalThis[Symbol.for('durableflow.readiness.sdk')].scriptedModel(...args);
export const restate = (options) => globalThis[Symbol.for('durableflow.readiness.sdk')].restate(options);
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
