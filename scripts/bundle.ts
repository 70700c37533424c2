// Bundles src/cmd/main.ts to dist/tyke.js, the library to dist/library.js, and each worker that the sources start to a file beside them.
//
// B1. Files are built elsewhere and renamed into place, tyke.js last but for the stamp: a running launcher never sees half a bundle.
// B2. The stamp is dated before the first source was read, so that a change during the build is noticed by the next start.
// B3. What a command imports when it is called lies in files of its own, which are read only then. Those of the build before stay, for a
//     launcher that has just begun to read them; older ones go.
// B4. `new URL('./x.ts', import.meta.url)` names a worker, with any other ending a file to ship: both work bundled and not.

import { build, type BuildOptions, type Plugin } from 'esbuild';
import { copyFileSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const FILE_REFERENCE = /new URL\(\s*'(\.{1,2}\/[^']+)',\s*import\.meta\.url\s*\)/g;

/** CommonJS packages expect these three names, which an ES module lacks. */
const COMMONJS_NAMES = `import { createRequire as createRequireForBundle } from 'node:module';
const require = createRequireForBundle(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

interface References {
  /** Absolute paths of sources that run as workers. */
  readonly workers: readonly string[];
  /** Absolute paths of files read at run time. */
  readonly assets: readonly string[];
}

/** Everything that a product source names relative to itself by URL. */
function findReferences(root: string): References {
  const workers = new Set<string>();
  const assets = new Set<string>();
  for (const path of globSync('src/**/*.ts', { cwd: root })) {
    if (path.endsWith('.test.ts')) continue;
    const folder = dirname(join(root, path));
    for (const [, target = ''] of readFileSync(join(root, path), 'utf8').matchAll(FILE_REFERENCE)) {
      (target.endsWith('.ts') ? workers : assets).add(join(folder, target));
    }
  }
  return { workers: [...workers], assets: [...assets] };
}

/** In the bundle every referenced file lies beside it, and workers end in .js. */
const flattenReferences: Plugin = {
  name: 'flatten-references',
  setup(bundler) {
    bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      const flat = (_all: string, target: string): string => `new URL('./${basename(target).replace(/\.ts$/, '.js')}', import.meta.url)`;
      return { contents: source.replace(FILE_REFERENCE, flat), loader: 'ts' };
    });
  },
};

function options(root: string, entryPoints: Record<string, string>, outdir: string): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    chunkNames: 'part-[hash]',
    // Names stay, so that stack traces read well without a source map.
    minifySyntax: true,
    minifyWhitespace: false,
    keepNames: false,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // Native parts cannot be bundled; the launcher finds them in node_modules.
    external: ['koffi', 'esbuild'],
    banner: { js: COMMONJS_NAMES },
    plugins: [flattenReferences],
    logLevel: 'warning',
  };
}

/** Removes what is older than the build that lies there. */
function removeOld(dist: string): void {
  const builtMs = statSync(join(dist, '.stamp'), { throwIfNoEntry: false })?.mtimeMs;
  if (builtMs === undefined) return;
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (statSync(path).mtimeMs < builtMs) rmSync(path);
  }
}

async function main(root: string): Promise<void> {
  const stage = join(root, '.cache', `bundle.${process.pid}`);
  const dist = join(root, 'dist');
  mkdirSync(stage, { recursive: true });
  mkdirSync(dist, { recursive: true });
  try {
    writeFileSync(join(stage, '.stamp'), '');
    const { workers, assets } = findReferences(root);
    const entryPoints: Record<string, string> = { tyke: join(root, 'src/cmd/main.ts'), library: join(root, 'src/cluster/index.ts') };
    for (const path of [...workers, ...assets]) {
      const name = basename(path).replace(/\.ts$/, '');
      if (entryPoints[name] !== undefined)
        throw new Error(`two files that the sources refer to by URL are both named ${name}: rename ${path}`);
      if (workers.includes(path)) entryPoints[name] = path;
      else copyFileSync(path, join(stage, basename(path)));
    }
    await build(options(root, entryPoints, stage));
    removeOld(dist);
    const last = ['tyke.js', '.stamp'];
    const files = readdirSync(stage).filter((name) => !last.includes(name));
    for (const name of [...files, ...last]) renameSync(join(stage, name), join(dist, name));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

try {
  await main(dirname(import.meta.dirname));
} catch (error) {
  // esbuild has shown its own complaints, with their places, by now.
  if (!(error instanceof Error && 'errors' in error)) throw error;
  process.exitCode = 1;
}
