/**
 * How NODE_OPTIONS names a preload. With any `--import` Node hands the entry file to its loader of ES modules
 * (`shouldUseESMLoader`, lib/internal/modules/run_main.js), which does not ask `require.extensions`: `node -r ts-node/register
 * app.ts` would fail for us. With `-r` the entry is loaded as it is without us. A path that needs quotes is named by its URL
 * all the same: many tools take NODE_OPTIONS apart at spaces.
 */
export function preloadOption(preload: URL): string {
  const file = process.getBuiltinModule('node:url').fileURLToPath(preload)
  return /^[\w@%+=:,./-]+$/.test(file) ? `-r ${file}` : `--import ${preload.href}`
}
