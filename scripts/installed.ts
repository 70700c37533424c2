// Says which of the locked packages node_modules holds: prints `all`, `product` (all but those for development) or nothing.
// The launcher asks only when its stamp is behind the lock file, as after an `npm install` by hand.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

function packagesOf(path: string): Record<string, LockedPackage> {
  const lock: { packages?: Record<string, LockedPackage> } = JSON.parse(readFileSync(path, 'utf8'));
  return lock.packages ?? {};
}

function main(root: string): string {
  const installedPath = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedPath)) return '';
  const installed = packagesOf(installedPath);
  let have = 'all';
  for (const [path, wanted] of Object.entries(packagesOf(join(root, 'package-lock.json')))) {
    if (path === '') continue;
    const found = installed[path];
    if (found !== undefined && found.version === wanted.version && found.integrity === wanted.integrity) continue;
    // Packages for other platforms are optional and rightly absent.
    if (found === undefined && wanted.optional === true) continue;
    if (found === undefined && (wanted.dev === true || wanted.devOptional === true)) have = 'product';
    else return '';
  }
  return have;
}

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error('usage: installed.ts FOLDER');
process.stdout.write(main(root));
