import { currentScope } from '../definition/current-run.js';
import { declaredMethods, declareMethod } from '../definition/declared-methods.js';
import { methodMetadata, setMethodMetadata, type Method, type MethodMetadata } from '../definition/method-metadata.js';
import { DurableFlowError } from '../errors/index.js';

/**
 * Puts the one wrapper around a method, or returns the one that an earlier decorator put there. Outside a run the
 * wrapper is the plain method; inside, the call belongs to the run.
 */
export function dispatch(method: Method, key: string, holder: object | undefined): { wrapper: Method; metadata: MethodMetadata } {
  const known = methodMetadata(method);
  if (known) return { wrapper: method, metadata: known };
  if (holder && declaredIn(holder, key)) {
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `another decorator stands between the DurableFlow decorators of "${key}"; put them next to each other`,
    );
  }
  const metadata: MethodMetadata = { key, original: method };
  const wrapper: Method = function (...args) {
    const scope = currentScope.getStore();
    return scope ? scope.call(wrapper, metadata, this, args) : method.apply(this, args as unknown[]);
  };
  Object.defineProperty(wrapper, 'name', { value: key, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: method.length, configurable: true });
  setMethodMetadata(wrapper, metadata);
  if (holder) declareMethod(holder, key, wrapper);
  return { wrapper, metadata };
}

const declaredIn = (holder: object, key: string) => declaredMethods({ prototype: holder }).has(key);
