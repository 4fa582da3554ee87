import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { projectRoot } from '../docs/code-blocks.js';

interface Locked {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as { readonly packages: Record<string, Locked> };
const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('the packages that this one is made with', () => {
  it('come with a digest each', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-')).map(([place]) => place)).toEqual([]);
  });

  it('run no script at install, but for the native one', () => {
    const withScript = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const installed = withScript.filter(([, { dev, devOptional }]) => !dev && !devOptional).map(([place]) => nameOf(place));
    expect(installed).toEqual(['better-sqlite3']);
    expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(['better-sqlite3', 'esbuild']);
  });

  it('come from the registry: no folder, no archive, no repository', () => {
    const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies });
    expect(wanted.filter(([, range]) => !/^[\^~<>=*\d]/.test(range))).toEqual([]);
  });
});
