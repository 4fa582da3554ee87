import type { ClassOutline, Dependency } from './outline-class.js';

/** Where a suite stands and what it is written in. */
export interface SuitePlace {
  readonly language: 'ts' | 'js';
  /** What an import in the suite names a file. */
  readonly importOf: (file: string) => string;
}

/** The source of a first suite for a class: what its types tell is filled in, what only its author knows is marked. */
export function suiteSource({ name, isDefault, file, input, dependencies }: ClassOutline, place: SuitePlace): string {
  const tools = toolsOf(dependencies);
  const models = usesModels(dependencies);
  const kit = [...(models ? ['models'] : []), ...(tools.length > 0 ? ['tool'] : [])].join(', ');
  return [
    "import { describe } from 'durableflow/vitest';",
    `import ${isDefault ? name : `{ ${name} }`} from '${place.importOf(file)}';`,
    ...typeImports(tools, place),
    '',
    ...tools.flatMap((tool) => [...standIn(tool, place), '']),
    `describe.readiness(${name}, {`,
    '  // One ordinary piece of work. With nothing going wrong, it must change something.',
    ...(input === undefined ? ['  // No type tells what run() reads of it, so fill that in.'] : []),
    `  input: ${input ?? `{}${place.language === 'ts' ? ' as never' : ''}`},`,
    `  agent: (${kit && `{ ${kit} }`}) => new ${name}(${dependencies.map(expression).join(', ')}),`,
    ...(models ? ['  // What the model says, as a function of the request.', "  model: () => 'text',"] : []),
    '  // The methods of the tools by which it may change the world.',
    `  allowedEffects: [${writesOf(tools)
      .map((effect) => `'${effect}'`)
      .join(', ')}],`,
    '  // A call that hangs is tried again: a process may take so long before it is taken for hung.',
    "  deadline: '20s',",
    '});',
    '',
  ].join('\n');
}

/** Whether any of these is a model. */
export function usesModels(dependencies: readonly Dependency[]): boolean {
  return dependencies.some((one) => one.kind === 'models' || (one.kind === 'object' && usesModels(one.members.map(({ is }) => is))));
}

type Tool = Extract<Dependency, { readonly kind: 'tool' }>;

function toolsOf(dependencies: readonly Dependency[]): readonly Tool[] {
  return dependencies.flatMap((one) =>
    one.kind === 'tool' ? [one] : one.kind === 'object' ? toolsOf(one.members.map(({ is }) => is)) : [],
  );
}

/** What the effects call; where they call nothing that is seen here, the reader chooses among all. */
function writesOf(tools: readonly Tool[]): readonly string[] {
  const methods = tools.flatMap((tool) => tool.methods);
  const writing = methods.filter(({ writes }) => writes);
  return [...new Set((writing.length > 0 ? writing : methods).map(({ name }) => name))];
}

function expression(dependency: Dependency): string {
  if (dependency.kind === 'models') return 'models';
  if (dependency.kind === 'tool') return `tool(${dependency.name}, { name: '${dependency.name}' })`;
  if (dependency.kind === 'value') return dependency.sample;
  const fields = dependency.members.map(({ name, is }) => (expression(is) === name ? name : `${name}: ${expression(is)}`));
  return `{ ${fields.join(', ')} }`;
}

function typeImports(tools: readonly Tool[], { language, importOf }: SuitePlace): readonly string[] {
  if (language === 'js') return [];
  const named = tools.flatMap(({ type }) => (type?.file ? [`import type { ${type.name} } from '${importOf(type.file)}';`] : []));
  return [...new Set(named)];
}

function standIn({ name, type, methods }: Tool, { language }: SuitePlace): readonly string[] {
  // Through unknown, because a class with private members has no other instances than its own.
  const as = language === 'js' ? '' : type?.file ? ` as unknown as ${type.name}` : ' as never';
  return [
    `// A stand-in for ${type?.name ?? name}: it is asked in the test's process, and nothing real is done. Let it answer as the real one would.`,
    `const ${name} = {`,
    ...methods.map((method) => `  ${method.name}: async () => ${method.answer.startsWith('{') ? `(${method.answer})` : method.answer},`),
    `}${as};`,
  ];
}
