import { importPeer } from '../sdk/errors/import-peer.js';

const decorated = /^\s*@[A-Za-z_$]/m;
const typeScript = /\.[cm]?tsx?(\?|$)/;

/** Lowers TC39 decorators with esbuild, since Vite 8 leaves them as they are. Other modules are left alone. */
export async function lowerStandardDecorators(code: string, id: string): Promise<{ code: string; map: string } | undefined> {
  if (!typeScript.test(id) || id.includes('/node_modules/') || !decorated.test(code)) return undefined;
  const { transform } = await importPeer('esbuild', () => import('esbuild'));
  const lowered = await transform(code, {
    loader: /x(\?|$)/.test(id) ? 'tsx' : 'ts',
    target: 'es2022',
    sourcefile: id,
    sourcemap: 'external',
    // The project's own settings must not select the legacy kind.
    tsconfigRaw: { compilerOptions: { experimentalDecorators: false, useDefineForClassFields: true } },
  });
  return { code: lowered.code, map: lowered.map };
}
