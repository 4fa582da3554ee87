import 'reflect-metadata';

const declaredKey = Symbol.for('durableflow:declared');

// TC39 decorators share `context.metadata` only where this symbol exists before the class is defined.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata');
const metadataSymbol = (Symbol as unknown as { metadata: symbol }).metadata;

/**
 * Which wrapper our decorators left at which method of one class: the other half of a cross-check. A foreign
 * decorator between or around ours leaves something else there, and its durability would be lost in silence.
 */
export function declaredMethods(constructor: object): ReadonlyMap<string, unknown> {
  const standard = Object.getOwnPropertyDescriptor(constructor, metadataSymbol)?.value as object | undefined;
  const prototype = (constructor as { prototype: object }).prototype;
  return ownMap(prototype, false) ?? (standard && ownMap(standard, false)) ?? new Map();
}

/** Notes the wrapper. `holder` is the prototype (legacy mode) or `context.metadata` (standard mode). */
export function declareMethod(holder: object, key: string, wrapper: unknown): void {
  ownMap(holder, true)!.set(key, wrapper);
}

function ownMap(holder: object, create: boolean): Map<string, unknown> | undefined {
  let map = Reflect.getOwnMetadata(declaredKey, holder) as Map<string, unknown> | undefined;
  if (!map && create) Reflect.defineMetadata(declaredKey, (map = new Map()), holder);
  return map;
}
