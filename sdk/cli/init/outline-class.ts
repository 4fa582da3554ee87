import type { ClassDeclaration, ClassExpression, ClassMethod, Decorator, Node, TSType } from '@babel/types';
import { CliError } from '../cli-error.js';
import { sampleOf } from './sample-value.js';
import type { ExportedClass, SourceModule } from './source-module.js';

/** A method of a client, with the source of an answer of the type that it declares. */
export interface ToolMethod {
  readonly name: string;
  readonly answer: string;
  /** Called in the body of a `@sideEffect`. */
  readonly writes: boolean;
}

/** The declared type of a client, and the file that exports it. */
export interface ToolType {
  readonly name: string;
  readonly file?: string;
}

/** What an agent's constructor is given in one place. */
export type Dependency =
  | { readonly kind: 'models' }
  | { readonly kind: 'object'; readonly members: readonly { readonly name: string; readonly is: Dependency }[] }
  | { readonly kind: 'tool'; readonly name: string; readonly type?: ToolType; readonly methods: readonly ToolMethod[] }
  | { readonly kind: 'value'; readonly sample: string };

/** What a suite has to know of an agent's class. */
export interface ClassOutline {
  readonly name: string;
  readonly isDefault: boolean;
  readonly file: string;
  /** The source of an input to begin with; undefined if its type tells none. */
  readonly input: string | undefined;
  readonly dependencies: readonly Dependency[];
}

/** Where the parameters of a constructor are read. */
interface Reading {
  readonly module: SourceModule;
  /** The sources of the bodies of `@sideEffect`. */
  readonly effects: string;
}

/**
 * Reads the workflow class out of a source file: `name`, or the only one that it exports.
 *
 * @throws {@link CliError} `CLI_CLASS_UNREADABLE` if there is none, or there are several, or it is no workflow.
 */
export function outlineClass(module: SourceModule, name?: string): ClassOutline {
  const exported = module.exportedClasses;
  const workflows = exported.filter(({ node, definedWith }) => definedWith ?? decoratorsOf(node).some((one) => nameOf(one) === 'workflow'));
  const chosen = name === undefined ? workflows : exported.filter((one) => one.name === name);
  const [only] = chosen;
  if (!only) {
    const named = name === undefined ? 'class with @workflow, nor one of defineWorkflow()' : `class ${name}`;
    throw new CliError('CLI_CLASS_UNREADABLE', `${module.file} exports no ${named}`);
  }
  if (chosen.length > 1)
    throw new CliError(
      'CLI_CLASS_UNREADABLE',
      `${module.file} exports several workflows: ${chosen.map(({ name: one }) => one).join(', ')}`,
      { fix: `Name one of them: --class ${module.file}#${only.name}` },
    );
  if (!workflows.includes(only))
    throw new CliError('CLI_CLASS_UNREADABLE', `${only.name} is no workflow`, {
      fix: 'Put @workflow() on the class, @step() on the methods that read, and @sideEffect({ idempotencyKey }) on those that change something.',
    });
  const methods = methodsOf(only.node);
  const run = methods.find((method) => keyOf(method) === 'run');
  if (!run) throw new CliError('CLI_CLASS_UNREADABLE', `${only.name} has no method run()`, { fix: 'A workflow begins with run(input).' });
  const constructor = methods.find(({ kind }) => kind === 'constructor');
  const effects = sourceOfEffects(only, methods, module.text);
  return {
    name: only.name,
    isDefault: only.isDefault,
    file: module.file,
    input: run.params.length === 0 ? 'undefined' : sampleOf(typeOf(run.params[0]), module),
    dependencies: required(constructor?.params ?? []).map((parameter) => parameterOf(parameter, { module, effects })),
  };
}

function sourceOfEffects({ definedWith }: ExportedClass, methods: readonly ClassMethod[], text: string): string {
  const listed = fieldsOf(fieldsOf(definedWith).find(({ name }) => name === 'methods')?.value);
  const isEffect = (method: ClassMethod) =>
    decoratorsOf(method).some((one) => nameOf(one) === 'sideEffect') ||
    listed.some(({ name, value }) => name === keyOf(method) && fieldsOf(value).some((option) => option.name === 'sideEffect'));
  return methods
    .filter(isEffect)
    .map(({ body }) => text.slice(body.start ?? 0, body.end ?? 0))
    .join('\n');
}

/** The parameters that must be given: those from the first default on need not. */
function required(parameters: readonly Node[]): readonly Node[] {
  const optional = parameters.findIndex((one) => {
    const inner = one.type === 'TSParameterProperty' ? one.parameter : one;
    return inner.type === 'AssignmentPattern' || (inner.type === 'Identifier' && inner.optional === true);
  });
  return optional < 0 ? parameters : parameters.slice(0, optional);
}

function parameterOf(parameter: Node, reading: Reading): Dependency {
  const inner = inParameter(parameter);
  const type = typeOf(parameter);
  if (inner?.type !== 'ObjectPattern' || type) return dependencyOf(inner?.type === 'Identifier' ? inner.name : 'deps', type, reading);
  // Plain JavaScript tells no types, only names.
  const names = inner.properties.flatMap((one) => (one.type === 'ObjectProperty' && one.key.type === 'Identifier' ? [one.key.name] : []));
  return { kind: 'object', members: names.map((name) => ({ name, is: dependencyOf(name, undefined, reading) })) };
}

function dependencyOf(name: string, type: TSType | undefined, reading: Reading): Dependency {
  const { module, effects } = reading;
  const objectOf = (members: readonly Node[], from: SourceModule): Dependency => ({
    kind: 'object',
    members: propertiesOf(members).map((one) => ({ name: one.name, is: dependencyOf(one.name, one.type, { ...reading, module: from }) })),
  });
  if (type?.type === 'TSTypeLiteral') return objectOf(type.members, module);
  const reference = type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : undefined;
  if (reference === 'ModelClient' || (!type && name === 'models')) return { kind: 'models' };
  const found = reference === undefined ? undefined : module.find(reference);
  if (found?.declaration.type === 'TSTypeAliasDeclaration')
    return dependencyOf(name, found.declaration.typeAnnotation, { ...reading, module: found.module });
  const declared = found ? answersOf(found.declaration, found.module) : [];
  if (found?.declaration.type === 'TSInterfaceDeclaration' && declared.length === 0)
    return objectOf(found.declaration.body.body, found.module);
  const sample = found ? undefined : sampleOf(type, module);
  if (sample !== undefined) return { kind: 'value', sample };
  const writes = calledOn(name, effects);
  const used = [...new Set([...calledOn(name, module.text), ...writes])];
  const answers = new Map(declared);
  const methods = (used.length > 0 ? used : [...answers.keys()]).map((one) => ({
    name: one,
    answer: answers.get(one) ?? '{}',
    writes: writes.includes(one),
  }));
  return {
    kind: 'tool',
    name,
    ...(reference !== undefined && { type: { name: reference, ...(found?.isExported && { file: found.module.file }) } }),
    methods,
  };
}

/** The names of a client's methods, each with the source of an answer. */
function answersOf(declaration: Node, module: SourceModule): readonly (readonly [name: string, answer: string])[] {
  const answerOf = (type: TSType | undefined) => sampleOf(type, module) ?? '{}';
  if (declaration.type === 'TSInterfaceDeclaration')
    return declaration.body.body.flatMap((member) =>
      member.type === 'TSMethodSignature' && member.key.type === 'Identifier'
        ? [[member.key.name, answerOf(annotated(member.typeAnnotation))] as const]
        : [],
    );
  if (declaration.type !== 'ClassDeclaration') return [];
  return methodsOf(declaration)
    .filter(({ kind, accessibility, static: isStatic }) => kind === 'method' && !isStatic && accessibility !== 'private')
    .map((method) => [keyOf(method), answerOf(annotated(method.returnType))] as const);
}

/** The methods of a client that the source calls, as in `this.deps.crm.refund(`. */
function calledOn(name: string, text: string): readonly string[] {
  return [...new Set([...text.matchAll(new RegExp(String.raw`\.#?${name}\s*\??\.\s*(\w+)\s*\(`, 'g'))].map(([, method]) => method!))];
}

const decoratorsOf = (node: { readonly decorators?: readonly Decorator[] | null }) => node.decorators ?? [];

function nameOf({ expression }: Decorator): string | undefined {
  const called = expression.type === 'CallExpression' ? expression.callee : expression;
  return called.type === 'Identifier' ? called.name : undefined;
}

function methodsOf({ body }: ClassDeclaration | ClassExpression): readonly ClassMethod[] {
  return body.body.filter((member): member is ClassMethod => member.type === 'ClassMethod' && member.key.type === 'Identifier');
}

const keyOf = ({ key }: ClassMethod) => (key.type === 'Identifier' ? key.name : '');

function propertiesOf(members: readonly Node[]): readonly { readonly name: string; readonly type: TSType | undefined }[] {
  return members.flatMap((member) =>
    member.type === 'TSPropertySignature' && member.key.type === 'Identifier' && !member.optional
      ? [{ name: member.key.name, type: annotated(member.typeAnnotation) }]
      : [],
  );
}

/** A parameter may be a property of the class, and may have a default. */
function inParameter(parameter: Node | undefined): Node | undefined {
  if (parameter?.type === 'TSParameterProperty') return inParameter(parameter.parameter);
  return parameter?.type === 'AssignmentPattern' ? parameter.left : parameter;
}

function typeOf(parameter: Node | undefined): TSType | undefined {
  const inner = inParameter(parameter);
  return inner && 'typeAnnotation' in inner ? annotated(inner.typeAnnotation) : undefined;
}

const annotated = (node: Node | null | undefined) => (node?.type === 'TSTypeAnnotation' ? node.typeAnnotation : undefined);

/** The named fields of an object literal. */
function fieldsOf(node: Node | undefined): readonly { readonly name: string; readonly value: Node }[] {
  if (node?.type !== 'ObjectExpression') return [];
  return node.properties.flatMap((one) =>
    one.type === 'ObjectProperty' && one.key.type === 'Identifier' ? [{ name: one.key.name, value: one.value }] : [],
  );
}
