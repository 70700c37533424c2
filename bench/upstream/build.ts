// Builds upstream's kube-apiserver as an ordinary Go module dependency, and finds etcd: that of Debian's package etcd-server, or on the PATH.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(dirname(import.meta.dirname));
const VERSION = '1.36.3';

function run(argv: readonly string[], cwd: string): string {
  const [program = '', ...args] = argv;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' },
  });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`, { cause: error });
  return stdout;
}

/** The path of kube-apiserver; the first build takes minutes. */
export function kubeApiServer(): string {
  const given = process.env['KUBE_APISERVER'];
  if (given !== undefined) return given;
  const folder = join(ROOT, '.cache', `upstream-${VERSION}`);
  const binary = join(folder, 'kube-apiserver');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), `module tyke.dev/bench\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes v${VERSION}\n`);
  // Its own parts stand in its module file without a version.
  const { GoMod } = JSON.parse(run(['go', 'mod', 'download', '-json', `k8s.io/kubernetes@v${VERSION}`], folder)) as {
    readonly GoMod: string;
  };
  const parts = [...readFileSync(GoMod, 'utf8').matchAll(/^\s+(k8s\.io\/\S+) v0\.0\.0$/gm)].map(([, name]) => name);
  run(['go', 'mod', 'edit', ...parts.map((name) => `-require=${name}@v0${VERSION.slice(1)}`)], folder);
  const component = 'k8s.io/component-base/version';
  const flags = `-s -w -X ${component}.gitVersion=v${VERSION} -X ${component}.gitMajor=1 -X ${component}.gitMinor=36`;
  run(['go', 'build', '-ldflags', flags, '-o', binary, 'k8s.io/kubernetes/cmd/kube-apiserver'], folder);
  return binary;
}

/** The path of etcd. */
export function etcd(): string {
  const found = [process.env['ETCD'], '/usr/bin/etcd'].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('etcd is missing: apt-get install etcd-server');
  return found;
}
