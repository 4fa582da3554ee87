import { defineConfig } from 'vite';

/** The page of `durableflow ui`: one script and one style, with nothing inline, as the policy of the server asks for. */
export default defineConfig({
  base: '/assets/',
  // Whatever NODE_ENV says: what is for development tells where the sources lie.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    outDir: '../assets',
    emptyOutDir: true,
    assetsDir: '',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
