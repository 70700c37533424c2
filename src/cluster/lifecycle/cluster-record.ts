// What a cluster is, kept in its data folder: made by the first `tyke start`, read by every command afterwards.

import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The number of the folder's layout; a folder of another number is refused. */
const FORMAT = 1;

export interface NodeRecord {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
}

export interface RegistryRecord {
  readonly host: string;
  readonly url: string;
}

export interface ClusterRecord {
  readonly format: number;
  readonly name: string;
  readonly nodes: readonly NodeRecord[];
  readonly nodeCidr: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** The port of the API server, on loopback and on the cluster's gateway address. */
  readonly apiPort: number;
  /** Registries that nodes ask elsewhere than at their own name: `_default` for all others. */
  readonly registries: readonly RegistryRecord[];
  /** The kubeconfig file into which the context was written. */
  readonly kubeconfig: string;
}

const fileOf = (dataDir: string): string => join(dataDir, 'cluster.json');

/** The record of a data folder; undefined when there is none. Throws for one that this version cannot read. */
export async function readClusterRecord(dataDir: string): Promise<ClusterRecord | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const record = JSON.parse(text) as ClusterRecord;
  if (record.format !== FORMAT) throw new Error(`${dataDir} has format ${record.format}, and this Tyke reads format ${FORMAT}`);
  return record;
}

/** Writes the record whole. */
export async function writeClusterRecord(dataDir: string, record: Omit<ClusterRecord, 'format'>): Promise<ClusterRecord> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o711);
  const whole: ClusterRecord = { format: FORMAT, ...record };
  const file = fileOf(dataDir);
  await writeFile(`${file}.new`, `${JSON.stringify(whole, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return whole;
}
