// Both API servers as processes: ours, and upstream's with its etcd. Clients of both show the same certificate.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { systemClock as clock } from '../../src/base/clock.ts';
import { secureRandom as random } from '../../src/base/random.ts';
import { freePort } from '../../src/cluster/lifecycle/free-port.ts';
import { ClusterPki } from '../../src/cluster/pki/cluster-pki.ts';
import { end, launch, untilReady } from '../launched.ts';
import { etcd, kubeApiServer } from './build.ts';

const HOST = '127.0.0.1';
const SERVICE_CIDR = '10.96.0.0/16';

export interface Server {
  readonly name: 'ours' | 'upstream';
  readonly port: number;
  /** The API server's process, without etcd. */
  readonly pid: number;
  /** What a client trusts and shows. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Seconds from the start to a good /readyz. */
  readonly readySeconds: number;
  stop(): Promise<void>;
}

async function until(port: number, child: ChildProcess, beganMs: number): Promise<number> {
  if (child.pid === undefined) throw new Error('the server could not be started');
  await untilReady(port);
  return (performance.now() - beganMs) / 1000;
}

export async function startOurs(folder: string): Promise<Server> {
  const dataDir = join(folder, 'ours');
  const pki = await ClusterPki.open(join(dataDir, 'pki'), { clock, random });
  const port = await freePort(HOST);
  const beganMs = performance.now();
  const child = launch(['apiserver', '--data-dir', dataDir, '--secure-port', String(port)]);
  const readySeconds = await until(port, child, beganMs);
  const tls = { ca: await pki.caCert(), ...(await pki.client('admin', 'kubernetes-admin', ['system:masters'])) };
  return { name: 'ours', port, pid: child.pid ?? 0, tls, readySeconds, stop: () => end(child) };
}

export async function startUpstream(folder: string): Promise<Server> {
  const dataDir = join(folder, 'upstream');
  const pki = await ClusterPki.open(join(dataDir, 'pki'), { clock, random });
  const [port, etcdPort, peerPort] = [await freePort(HOST), await freePort(HOST), await freePort(HOST)];
  const tls = { ca: await pki.caCert(), ...(await pki.client('admin', 'kubernetes-admin', ['system:masters'])) };
  const serving = await pki.apiServer({ apiAddresses: [HOST], apiNames: [] });
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await mkdir(dataDir, { recursive: true });
  const files = { 'ca.pem': tls.ca, 'serving.pem': serving.cert, 'serving-key.pem': serving.key, 'tokens.pem': privateKey };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dataDir, name), text, { mode: 0o600 });
  const url = `http://${HOST}:${etcdPort}`;
  const peer = `http://${HOST}:${peerPort}`;
  const store = spawn(
    etcd(),
    [
      '--data-dir',
      join(dataDir, 'etcd'),
      '--listen-client-urls',
      url,
      '--advertise-client-urls',
      url,
      '--listen-peer-urls',
      peer,
      '--initial-advertise-peer-urls',
      peer,
      '--initial-cluster',
      `default=${peer}`,
    ],
    { stdio: 'ignore' },
  );
  const beganMs = performance.now();
  const flags = {
    'etcd-servers': url,
    'bind-address': HOST,
    'secure-port': String(port),
    'client-ca-file': join(dataDir, 'ca.pem'),
    'tls-cert-file': join(dataDir, 'serving.pem'),
    'tls-private-key-file': join(dataDir, 'serving-key.pem'),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': join(dataDir, 'tokens.pem'),
    'service-account-signing-key-file': join(dataDir, 'tokens.pem'),
    'service-cluster-ip-range': SERVICE_CIDR,
    'authorization-mode': 'Node,RBAC',
  };
  const child = spawn(
    kubeApiServer(),
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    { stdio: 'ignore' },
  );
  const stop = async (): Promise<void> => {
    await end(child);
    await end(store);
  };
  const readySeconds = await until(port, child, beganMs);
  return { name: 'upstream', port, pid: child.pid ?? 0, tls, readySeconds, stop };
}
