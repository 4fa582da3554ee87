import type { TSType, TSTypeElement } from '@babel/types';
import type { SourceModule } from './source-module.js';

/** Deeper types are left to the reader: a sample of them is no easier to mend than an empty one. */
const deepest = 5;

/**
 * The source of a value of this type, to begin with: `'text'` for a string, an object with all its members for an interface.
 * Undefined if the type cannot be followed.
 */
export function sampleOf(type: TSType | undefined, module: SourceModule, depth = 0): string | undefined {
  if (!type || depth > deepest) return undefined;
  const inner = (of: TSType | undefined, from = module) => sampleOf(of, from, depth + 1);
  switch (type.type) {
    case 'TSStringKeyword':
      return "'text'";
    case 'TSNumberKeyword':
      return '1';
    case 'TSBooleanKeyword':
      return 'true';
    case 'TSBigIntKeyword':
      return '1n';
    case 'TSNullKeyword':
      return 'null';
    case 'TSUndefinedKeyword':
    case 'TSVoidKeyword':
      return 'undefined';
    case 'TSLiteralType': {
      const { literal } = type;
      if (literal.type === 'StringLiteral') return `'${literal.value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
      if (literal.type === 'NumericLiteral' || literal.type === 'BooleanLiteral') return String(literal.value);
      return undefined;
    }
    case 'TSUnionType':
      return type.types.map((one) => inner(one)).find((sample) => sample !== undefined);
    case 'TSParenthesizedType':
      return inner(type.typeAnnotation);
    case 'TSTypeOperator':
      return inner(type.typeAnnotation);
    case 'TSArrayType': {
      const element = inner(type.elementType);
      return element === undefined ? '[]' : `[${element}]`;
    }
    case 'TSTypeLiteral':
      return objectOf(type.members, inner);
    case 'TSTypeReference': {
      const name = type.typeName.type === 'Identifier' ? type.typeName.name : undefined;
      const [argument] = type.typeParameters?.params ?? [];
      if (name === 'Promise' || name === 'Readonly' || name === 'Partial' || name === 'Required') return inner(argument);
      if (name === 'Array' || name === 'ReadonlyArray') return inner(argument) === undefined ? '[]' : `[${inner(argument)}]`;
      if (name === 'Record') return '{}';
      if (name === 'Date') return "new Date('2026-01-01')";
      const found = name === undefined ? undefined : module.find(name);
      if (found?.declaration.type === 'TSTypeAliasDeclaration') return inner(found.declaration.typeAnnotation, found.module);
      if (found?.declaration.type === 'TSInterfaceDeclaration')
        return objectOf(found.declaration.body.body, (of) => inner(of, found.module));
      return undefined;
    }
    default:
      return undefined;
  }
}

function objectOf(members: readonly TSTypeElement[], inner: (of: TSType | undefined) => string | undefined): string | undefined {
  const fields: string[] = [];
  for (const member of members) {
    if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') return undefined;
    if (member.optional) continue;
    const sample = inner(member.typeAnnotation?.type === 'TSTypeAnnotation' ? member.typeAnnotation.typeAnnotation : undefined);
    if (sample === undefined) return undefined;
    fields.push(`${member.key.name}: ${sample}`);
  }
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
