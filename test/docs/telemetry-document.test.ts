import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { documentWithTable } from './document-with-table.js';
import { parse, stringsMadeInSdk } from './sdk-sources.js';

const catalogueFile = 'sdk/telemetry/event-catalogue.ts';

interface EventEntry {
  readonly name: string;
  readonly meaning: string;
  readonly fields: readonly string[];
}

/** The catalogue as its source has it: the fields are types, so only the compiler can read them. */
function readCatalogue(): EventEntry[] {
  const catalogue = parse(catalogueFile).statements.find(
    (it): it is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(it) && it.name.text === 'EventCatalogue',
  );
  return catalogue!.members.filter(ts.isPropertySignature).map((member) => ({
    name: (member.name as ts.StringLiteral).text,
    meaning: ts
      .getJSDocCommentsAndTags(member)
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
      .join(' '),
    fields: fieldsOf(member.type!),
  }));
}

function fieldsOf(type: ts.TypeNode): string[] {
  if (!ts.isTypeLiteralNode(type)) return [];
  return type.members.filter(ts.isPropertySignature).map((field) => `\`${field.name.getText()}\` ${field.type!.getText()}`);
}

const events = readCatalogue();

describe('docs/telemetry.md', () => {
  // `npx vitest run test/docs --update` writes the table anew.
  it('has the events of the catalogue with their fields, all of them and no others', async () => {
    const rows = events.map(({ name, meaning, fields }) => [`\`${name}\``, meaning, fields.join(', ')]);
    await expect(documentWithTable('docs/telemetry.md', [['Event', 'What happened', 'Fields'], ...rows])).toMatchFileSnapshot(
      '../../docs/telemetry.md',
    );
  });
});

describe('the events of the catalogue', () => {
  it('are read from the source', () => {
    expect(events).toContainEqual({ name: 'runs.pruned', meaning: 'Old runs were deleted.', fields: ['`runs` number'] });
  });

  it('are all explained', () => {
    expect(events.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([]);
  });

  it('are all emitted somewhere', () => {
    const made = stringsMadeInSdk({ except: catalogueFile });
    expect(events.filter(({ name }) => !made.has(name)).map(({ name }) => name)).toEqual([]);
  });
});
