import { methodMetadata, type Method } from '../definition/method-metadata.js';
import { dispatch } from './dispatch.js';

/** Gives a class's prototype a method of its own that has the inherited one's decorators, but another body. */
export function replaceBody(prototype: object, key: string, bodyFrom: (original: Method) => Method): void {
  const { key: _key, original, ...said } = methodMetadata((prototype as Record<string, unknown>)[key])!;
  const { wrapper, metadata } = dispatch(bodyFrom(original), key, prototype);
  Object.assign(metadata, said);
  Object.defineProperty(prototype, key, { value: wrapper, writable: true, configurable: true });
}
