// For processes that get their code from Node with tsx: what a suite's file imports of Vitest is what stands in for it.
const testing = /^(?:vitest|durableflow\/vitest|@?vitest\/.*)$/;
let inert;

export function initialize(data) {
  inert = data.inert;
}

export function resolve(specifier, context, next) {
  return testing.test(specifier) ? { url: inert, shortCircuit: true } : next(specifier, context);
}
