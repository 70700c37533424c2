// On a bare Debian, as root, from a clone: the launcher fetches all it needs and runs; afterwards it fetches nothing.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repositoryFiles, repositoryRoot } from './source-tree.ts';

const CLONE = '/srv/clone';
const EXTRA_CA = '/etc/extra-ca.crt';

/** What a machine behind a proxy needs to reach anything at all; apart from it the bare machine inherits nothing. */
function networkEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name));
  const environment: Record<string, string> = {};
  for (const [name, value] of kept) environment[name] = value ?? '';
  if (process.env['NODE_EXTRA_CA_CERTS'] !== undefined) environment['NODE_EXTRA_CA_CERTS'] = EXTRA_CA;
  return environment;
}

describe('the launcher on a bare machine', () => {
  const machine = mkdtempSync(join(tmpdir(), 'tyke-bare-'));
  const clone = join(machine, CLONE);

  const inside = (...argv: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('chroot', [machine, ...argv], {
      encoding: 'utf8',
      timeout: 10 * 60_000,
      env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...networkEnvironment() },
    });

  before(() => {
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', machine], { stdio: 'ignore' });
    execFileSync('mount', ['-t', 'proc', 'proc', join(machine, 'proc')]);
    for (const path of ['/etc/resolv.conf', '/etc/hosts']) copyFileSync(path, join(machine, path));
    const extraCa = process.env['NODE_EXTRA_CA_CERTS'];
    if (extraCa !== undefined) copyFileSync(extraCa, join(machine, EXTRA_CA));
    for (const path of repositoryFiles()) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      copyFileSync(join(repositoryRoot, path), join(clone, path));
    }
    symlinkSync(`${CLONE}/tyke`, join(machine, 'usr/local/bin/tyke'));
  });

  after(() => {
    spawnSync('umount', [join(machine, 'proc')]);
    rmSync(machine, { recursive: true, force: true });
  });

  test('the first run brings npm, the locked Node and packages, and a bundle', () => {
    const { status, stdout, stderr } = inside('tyke', '--help');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /tyke/i);
    assert.match(stderr, /installing npm[^]*fetching the locked Node and npm[^]*fetching the locked packages/);
    assert.ok(existsSync(join(clone, 'dist/tyke.js')));
  });

  test('the next run, through a symbolic link and from anywhere, fetches and builds nothing', () => {
    const built = statSync(join(clone, 'dist/tyke.js')).mtimeMs;
    const { status, stderr } = inside('sh', '-c', 'cd /tmp && tyke --help');
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    assert.equal(statSync(join(clone, 'dist/tyke.js')).mtimeMs, built);
  });

  test('two at once after a loss of packages both run', () => {
    rmSync(join(clone, 'node_modules'), { recursive: true });
    const script = 'tyke --help >/dev/null & first=$!; tyke --help >/dev/null & wait $! && wait $first';
    const { status, stderr } = inside('sh', '-c', script);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /waiting for another tyke/);
    assert.equal(stderr.match(/fetching the locked packages/g)?.length, 1);
  });
});
