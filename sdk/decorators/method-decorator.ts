import type { Method, MethodMetadata } from '../definition/method-metadata.js';
import { DurableFlowError } from '../errors/index.js';
import { dispatch } from './dispatch.js';

/** `A`, but no inference site: its type then comes only from the decorated method. */
export type From<A extends unknown[]> = A extends infer X extends unknown[] ? X : never;

// The class is not ours to know: with `unknown` here its methods would not be assignable.
// oxlint-disable-next-line typescript/no-explicit-any
type Decorated<A extends unknown[]> = (this: any, ...args: A) => Promise<unknown>;

/** A decorator of an async method with the parameters `A`, for both modes: TC39 standard and `experimentalDecorators`. */
export interface MethodDecoratorOf<A extends unknown[]> {
  (
    value: Decorated<A>,
    context: ClassMethodDecoratorContext<ThisParameterType<Decorated<A>>, Decorated<A>> & {
      readonly private: false;
      readonly static: false;
    },
  ): void;
  (target: object, key: string | symbol, descriptor: { value?: Decorated<A> }): void;
}

/** Makes a decorator that adds to the method's metadata; `name` is for messages. */
export function methodDecorator<A extends unknown[]>(name: string, add: (metadata: MethodMetadata) => void): MethodDecoratorOf<A> {
  function decorate(method: unknown, key: string | symbol, holder: object | undefined): Method {
    if (typeof method !== 'function') throw misuse(name, 'decorates methods only');
    if (typeof key !== 'string') throw misuse(name, `cannot decorate the method ${String(key)}: the journal needs a name that is a string`);
    const { wrapper, metadata } = dispatch(method as Method, key, holder);
    add(metadata);
    return wrapper;
  }
  return ((...args: [unknown, ClassMethodDecoratorContext] | [object, string | symbol, PropertyDescriptor | undefined]) => {
    const [first, second] = args;
    if (typeof second === 'object') {
      if (second.kind !== 'method' || second.static || second.private) throw misuse(name, 'decorates public instance methods only');
      return decorate(first, second.name, second.metadata);
    }
    const descriptor = args[2];
    if (typeof first === 'function' || !descriptor) throw misuse(name, 'decorates public instance methods only');
    descriptor.value = decorate(descriptor.value, second, first as object);
    return undefined;
  }) as MethodDecoratorOf<A>;
}

const misuse = (name: string, what: string) => new DurableFlowError('DF_INVALID_DEFINITION', `@${name} ${what}`);
