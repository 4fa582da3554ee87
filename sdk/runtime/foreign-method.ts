import { defineMethod, type MethodDefinition } from '../definition/method-definition.js';
import type { Method, MethodMetadata } from '../definition/method-metadata.js';

const definitions = new WeakMap<Method, MethodDefinition>();

/** A durable method of another object, or one reached by `super`: qualified by its class, so that names cannot meet. */
export function foreignMethod(wrapper: Method, metadata: MethodMetadata, instance: unknown): MethodDefinition {
  let method = definitions.get(wrapper);
  if (!method) {
    const owner = (instance as { constructor?: { name?: string } } | undefined)?.constructor?.name ?? 'unknown';
    const defined = defineMethod(metadata, `${owner}.${metadata.key}`, (key) => (instance as Record<string, unknown>)[key]);
    method = Object.freeze({ ...defined, id: `${owner}.${defined.id}` });
    definitions.set(wrapper, method);
  }
  return method;
}
