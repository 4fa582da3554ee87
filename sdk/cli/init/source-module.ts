import type {
  ClassDeclaration,
  ClassExpression,
  Node,
  Program,
  Statement,
  TSInterfaceDeclaration,
  TSTypeAliasDeclaration,
} from '@babel/types';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseModule } from 'magicast';
import { CliError } from '../cli-error.js';

export type Declaration = ClassDeclaration | TSInterfaceDeclaration | TSTypeAliasDeclaration;

/** A declaration, and the file in which it stands. */
export interface Found {
  readonly declaration: Declaration;
  readonly module: SourceModule;
  readonly isExported: boolean;
}

/** A class that can be imported, and the object of options if `defineWorkflow` has made it a workflow. */
export interface ExportedClass {
  readonly name: string;
  readonly isDefault: boolean;
  readonly node: ClassDeclaration | ClassExpression;
  readonly definedWith?: Node;
}

/** A source file of the user's, parsed and not executed. */
export class SourceModule {
  readonly file: string;
  readonly text: string;
  readonly #body: readonly Statement[];

  private constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#body = (parseModule(text).$ast as Program).body;
  }

  /** @throws {@link CliError} `CLI_FILE_FAILED` if there is no such file, `CLI_CLASS_UNREADABLE` if it cannot be parsed. */
  static open(file: string): SourceModule {
    if (!existsSync(file)) throw new CliError('CLI_FILE_FAILED', `there is no file ${file}`, { fix: 'Check the path.' });
    try {
      return new SourceModule(file, readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new CliError('CLI_CLASS_UNREADABLE', `${file} cannot be parsed: ${(cause as Error).message}`, { cause });
    }
  }

  /** The classes that it exports, with the names under which they are imported. */
  get exportedClasses(): readonly ExportedClass[] {
    const listed = this.#body.flatMap((statement) =>
      statement.type === 'ExportNamedDeclaration' && !statement.source
        ? statement.specifiers.flatMap((one) => (one.type === 'ExportSpecifier' ? [one.local.name] : []))
        : [],
    );
    return this.#body.flatMap((statement) => {
      const isDefault = statement.type === 'ExportDefaultDeclaration';
      const isExported = (name: string) => isDefault || statement.type === 'ExportNamedDeclaration' || listed.includes(name);
      return this.#classesIn(statement).flatMap((one) => (isExported(one.name) ? [{ ...one, isDefault }] : []));
    });
  }

  #classesIn(statement: Statement): readonly Omit<ExportedClass, 'isDefault'>[] {
    const declaration = declarationOf(statement);
    if (declaration?.type === 'ClassDeclaration') {
      const name = declaration.id?.name;
      if (name === undefined) return [];
      const definedWith = this.#definedLater(name);
      return [{ name, node: declaration, ...(definedWith && { definedWith }) }];
    }
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type !== 'VariableDeclaration') return [];
    return inner.declarations.flatMap(({ id, init }) => {
      if (id.type !== 'Identifier' || init?.type !== 'CallExpression') return [];
      const [given, options] = init.arguments;
      if (init.callee.type !== 'Identifier' || init.callee.name !== 'defineWorkflow' || !given || !options) return [];
      const node = given.type === 'Identifier' ? this.find(given.name)?.declaration : given;
      if (node?.type !== 'ClassDeclaration' && node?.type !== 'ClassExpression') return [];
      return [{ name: id.name, node, definedWith: options }];
    });
  }

  /** The options of a statement `defineWorkflow(Name, { … })`, which makes a workflow of the class itself. */
  #definedLater(name: string): Node | undefined {
    for (const statement of this.#body) {
      if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'CallExpression') continue;
      const { callee, arguments: given } = statement.expression;
      const isOfName = given[0]?.type === 'Identifier' && given[0].name === name;
      if (isOfName && callee.type === 'Identifier' && callee.name === 'defineWorkflow') return given[1];
    }
    return undefined;
  }

  /** The declaration of this name: in this file, or in a file beside it from which it is imported. */
  find(name: string): Found | undefined {
    for (const statement of this.#body) {
      const declaration = declarationOf(statement);
      if (declaration?.id?.name === name) return { declaration, module: this, isExported: statement.type === 'ExportNamedDeclaration' };
      if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('.')) continue;
      const named = statement.specifiers.find(({ local }) => local.name === name);
      const file = named && fileOf(this.file, statement.source.value);
      if (!file) continue;
      const imported = named.type === 'ImportSpecifier' && named.imported.type === 'Identifier' ? named.imported.name : name;
      return SourceModule.open(file).find(imported);
    }
    return undefined;
  }
}

function declarationOf(statement: Statement): Declaration | undefined {
  const inner =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
  if (inner?.type === 'ClassDeclaration' || inner?.type === 'TSInterfaceDeclaration' || inner?.type === 'TSTypeAliasDeclaration')
    return inner;
  return undefined;
}

/** The file that is meant by an import: TypeScript names the file that its compiler will write, or none at all. */
function fileOf(importer: string, specifier: string): string | undefined {
  const path = join(dirname(importer), specifier);
  const bare = path.replace(/\.([cm]?)[jt]s$/, '');
  return [
    path,
    `${bare}.ts`,
    `${bare}.mts`,
    `${bare}.cts`,
    `${bare}.js`,
    `${bare}.mjs`,
    join(path, 'index.ts'),
    join(path, 'index.js'),
  ].find((file) => /\.[cm]?[jt]s$/.test(file) && existsSync(file));
}
