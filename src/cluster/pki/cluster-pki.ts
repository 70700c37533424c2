// The keys and certificates of one cluster, kept as PEM files that only their owner can read; made when they are missing.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { createAuthority, createTokenKey, issueCertificate } from './authority.ts';
import type { CertificateRequest, KeyPair } from './authority.ts';

export interface PkiParts {
  readonly clock: Clock;
  readonly random: Random;
}

/** What certificates must name: addresses and names under which the API server is reached. */
export interface PkiNames {
  readonly apiAddresses: readonly string[];
  readonly apiNames: readonly string[];
}

const API_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'];

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const partial = `${file}.new`;
  await writeFile(partial, text, { mode });
  await rename(partial, file);
}

/** The certificates of one cluster, below one folder. */
export class ClusterPki {
  readonly #folder: string;
  readonly #parts: PkiParts;

  private constructor(folder: string, parts: PkiParts) {
    this.#folder = folder;
    this.#parts = parts;
  }

  /** Opens the folder; makes both authorities and the token key when they are missing. */
  static async open(folder: string, parts: PkiParts): Promise<ClusterPki> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const pki = new ClusterPki(folder, parts);
    await pki.#ensurePair('ca', () => createAuthority('kubernetes', parts));
    await pki.#ensurePair('front-proxy-ca', () => createAuthority('front-proxy-ca', parts));
    if ((await readIfThere(pki.#file('sa.key'))) === undefined) {
      const { privateKey, publicKey } = await createTokenKey();
      await writeWhole(pki.#file('sa.pub'), publicKey, 0o644);
      await writeWhole(pki.#file('sa.key'), privateKey, 0o600);
    }
    return pki;
  }

  /** The certificate of the cluster's authority. */
  caCert(): Promise<string> {
    return readFile(this.#file('ca.crt'), 'utf8');
  }

  /** The certificate of the authority behind aggregated requests. */
  frontProxyCaCert(): Promise<string> {
    return readFile(this.#file('front-proxy-ca.crt'), 'utf8');
  }

  async tokenKey(): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
    return { privateKey: await readFile(this.#file('sa.key'), 'utf8'), publicKey: await readFile(this.#file('sa.pub'), 'utf8') };
  }

  /** The serving certificate of the API server; made anew when the names it must carry have changed. */
  apiServer({ apiAddresses, apiNames }: PkiNames): Promise<KeyPair> {
    const dnsNames = [...new Set([...API_NAMES, ...apiNames])];
    const ipAddresses = [...new Set(['127.0.0.1', '::1', ...apiAddresses])];
    return this.#issued('apiserver', 'ca', { commonName: 'kube-apiserver', usages: ['server'], dnsNames, ipAddresses });
  }

  /** With this the API server calls kubelets. */
  kubeletClient(): Promise<KeyPair> {
    return this.client('apiserver-kubelet-client', 'kube-apiserver-kubelet-client', ['system:masters']);
  }

  /** A client certificate, kept under `name`. */
  client(name: string, commonName: string, organizations: readonly string[] = []): Promise<KeyPair> {
    return this.#issued(name, 'ca', { commonName, organizations, usages: ['client'] });
  }

  /** The identity of a node's kubelet. */
  kubelet(node: string): Promise<KeyPair> {
    return this.client(`kubelet-${node}`, `system:node:${node}`, ['system:nodes']);
  }

  /** The serving certificate of a node's kubelet. */
  kubeletServing(node: string, address: string): Promise<KeyPair> {
    const request: CertificateRequest = {
      commonName: `system:node:${node}`,
      organizations: ['system:nodes'],
      usages: ['server'],
      dnsNames: [node],
      ipAddresses: [address],
    };
    return this.#issued(`kubelet-serving-${node}`, 'ca', request);
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  async #issued(name: string, authority: 'ca' | 'front-proxy-ca', request: CertificateRequest): Promise<KeyPair> {
    // The request is kept beside the certificate, so that a change of names is seen without parsing certificates.
    const description = JSON.stringify(request);
    const known = (await readIfThere(this.#file(`${name}.json`))) === description;
    return this.#ensurePair(
      name,
      async () => {
        const signer = {
          cert: await readFile(this.#file(`${authority}.crt`), 'utf8'),
          key: await readFile(this.#file(`${authority}.key`), 'utf8'),
        };
        const pair = await issueCertificate(signer, request, this.#parts);
        await writeWhole(this.#file(`${name}.json`), description, 0o600);
        return pair;
      },
      known,
    );
  }

  async #ensurePair(name: string, make: () => Promise<KeyPair>, mayKeep = true): Promise<KeyPair> {
    const cert = await readIfThere(this.#file(`${name}.crt`));
    const key = await readIfThere(this.#file(`${name}.key`));
    if (mayKeep && cert !== undefined && key !== undefined) return { cert, key };
    const pair = await make();
    await writeWhole(this.#file(`${name}.key`), pair.key, 0o600);
    await writeWhole(this.#file(`${name}.crt`), pair.cert, 0o644);
    return pair;
  }
}
