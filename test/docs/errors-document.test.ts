import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../sdk/errors/error-codes.js';
import { documentWithTable } from './document-with-table.js';
import { stringsMadeInSdk } from './sdk-sources.js';

describe('docs/errors.md', () => {
  // `npx vitest run test/docs --update` writes the table anew.
  it('has the codes of the table in sdk/errors, all of them and no others', async () => {
    const rows = Object.entries(errorCodes).map(([code, { meaning, fix }]) => [`\`${code}\``, meaning, fix]);
    await expect(documentWithTable('docs/errors.md', [['Code', 'What it means', 'What to do'], ...rows])).toMatchFileSnapshot(
      '../../docs/errors.md',
    );
  });
});

describe('the codes of the table', () => {
  it('are all raised somewhere', () => {
    const made = stringsMadeInSdk({ except: 'sdk/errors/error-codes.ts' });
    expect(Object.keys(errorCodes).filter((code) => !made.has(code))).toEqual([]);
  });
});
