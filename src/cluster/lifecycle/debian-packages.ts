// The Debian packages that a node is made of, and how missing ones are found and installed.

import { spawnSync } from 'node:child_process';

/** What a node runs: containers, their networks, and the tools that set both up. */
export const nodePackages = [
  'ca-certificates',
  'conntrack',
  'containerd',
  'containernetworking-plugins',
  'crun',
  'iproute2',
  'iptables',
  'nftables',
  'runc',
  'util-linux',
] as const;

/** Those of `names` that are not installed. */
export function missingPackages(names: readonly string[]): string[] {
  const { stdout, error } = spawnSync('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\\n', ...names], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('this is not a Debian system: dpkg-query is missing', { cause: error });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.slice(0, line.indexOf(' '))),
  );
  return names.filter((name) => !installed.has(name));
}

function aptGet(args: readonly string[]): { ok: boolean; output: string } {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
}

/** Installs those of `names` that are missing; throws with apt's words when that fails. */
export function installPackages(names: readonly string[], say: (line: string) => void): void {
  const missing = missingPackages(names);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new Error(`missing Debian packages; as root: apt-get install --no-install-recommends ${missing.join(' ')}`);
  say(`installing ${missing.join(' ')} (apt-get)`);
  const install = ['--quiet', '--yes', '--no-install-recommends', 'install', ...missing];
  if (aptGet(install).ok) return;
  // The package lists are missing, or too old to fetch from.
  aptGet(['--quiet', 'update']);
  const second = aptGet(install);
  if (!second.ok) throw new Error(`apt-get could not install ${missing.join(' ')}:\n${second.output}`);
}
