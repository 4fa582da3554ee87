import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesIn, projectRoot } from './code-blocks.js';

/** The syntax tree of a file of the project. */
export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(projectRoot, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** Every string in `sdk/`, the readiness kit and Colony that stands where a value is made: not compared with, not looked up in a set, not part of a type. */
export function stringsMadeInSdk({ except }: { readonly except: string }): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || isComparison(node) || isSet(node)) return;
    if (ts.isCaseClause(node)) return node.statements.forEach(visit);
    if (ts.isStringLiteralLike(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  const files = ['sdk', 'readiness-suites', 'colony'].flatMap((folder) => filesIn(folder, '.ts'));
  for (const file of files) if (file !== except) visit(parse(file));
  return found;
}

function isComparison(node: ts.Node): boolean {
  const comparing = [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken];
  return ts.isBinaryExpression(node) && comparing.includes(node.operatorToken.kind);
}

const isSet = (node: ts.Node) => ts.isNewExpression(node) && node.expression.getText() === 'Set';
