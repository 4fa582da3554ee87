import { defineMethod, type MethodDefinition } from '../definition/method-definition.js';
import type { Method, MethodMetadata } from '../definition/method-metadata.js';

const definitions = new WeakMap<Method, MethodDefinition>();

/** A durable method of another object, or one reached by `super`: qualified by its class, so that names cannot meet. */
export function foreignMethod(wrapper: Method, metadata: MethodMetadata, instance: unknown): MethodDefinition {
  let method = definitions.get(wrapper);
  if (!method) {
    const owner = ownerOf(wrapper, metadata.key, instance);
    const defined = defineMethod(metadata, `${owner}.${metadata.key}`, (key) => (instance as Record<string, unknown>)[key]);
    method = Object.freeze({ ...defined, id: `${owner}.${defined.id}` });
    definitions.set(wrapper, method);
  }
  return method;
}

/** The name of the class that defines the method; by `super` that is another one than the instance's. */
function ownerOf(wrapper: Method, key: string, instance: unknown): string {
  for (let holder = instance as object | null; holder; holder = Object.getPrototypeOf(holder) as object | null) {
    if (Object.getOwnPropertyDescriptor(holder, key)?.value === wrapper) return holder.constructor.name;
  }
  return 'unknown';
}
