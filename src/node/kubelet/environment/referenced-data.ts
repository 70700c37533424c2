// ConfigMaps and Secrets that a Pod names, read one by one, with failures worded as upstream's.

import { configMap } from '../../../api/core/v1/config-map.ts';
import { secret } from '../../../api/core/v1/secret.ts';
import type { Client } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';

export type ReferencedKind = 'ConfigMap' | 'Secret';

/** Named bytes of a ConfigMap or Secret; text of a ConfigMap is kept apart because variables show only that. */
export interface ReferencedData {
  readonly text: ReadonlyMap<string, Buffer>;
  readonly binary: ReadonlyMap<string, Buffer>;
}

type Entries = Readonly<Record<string, string>> | undefined;

const bytesOf = (entries: Entries, encoding: 'utf8' | 'base64'): Map<string, Buffer> =>
  new Map(Object.entries(entries ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)]));

/** The data of a ConfigMap object. */
export const dataOfConfigMap = (object: { readonly data?: Entries; readonly binaryData?: Entries }): ReferencedData => ({
  text: bytesOf(object.data, 'utf8'),
  binary: bytesOf(object.binaryData, 'base64'),
});

/** The data of a Secret object. */
export const dataOfSecret = (object: { readonly data?: Entries }): ReferencedData => ({
  text: bytesOf(object.data, 'base64'),
  binary: new Map(),
});

/** The object's data; undefined where there is no such object. */
export async function readReferenced(
  client: Client,
  kind: ReferencedKind,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<ReferencedData | undefined> {
  if (kind === 'ConfigMap') {
    const found = await client.find(configMap, { namespace, name }, { signal });
    return found && dataOfConfigMap(found);
  }
  const found = await client.find(secret, { namespace, name }, { signal });
  return found && dataOfSecret(found);
}

/** What a user reads when the object is missing. */
export const missingObject = (kind: ReferencedKind, name: string): string => `${kind.toLowerCase()} "${name}" not found`;

/** What a user reads of a failed reading: the API server's own words where it gave some. */
export function readingProblem(error: unknown): string {
  if (isStatus(error)) return error.message;
  return error instanceof Error ? error.message : String(error);
}
