// Cells that volumes and claims share: access modes in short, the class by its older annotation first.

import { lookup } from '../../../machinery/schema.ts';
import type { KubeObject } from '../../../machinery/kind.ts';

const SHORT_MODES: ReadonlyMap<string, string> = new Map([
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]);
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Access modes as kubectl shows them. */
export function accessModesCell(modes: readonly string[] | undefined): string {
  return [...SHORT_MODES].flatMap(([mode, short]) => (modes?.includes(mode) === true ? [short] : [])).join(',');
}

/** The storage class of a volume or a claim. */
export function storageClassOf({ metadata }: Pick<KubeObject, 'metadata'>, className: string | undefined): string {
  return lookup(metadata.annotations, CLASS_ANNOTATION) ?? className ?? '';
}

/** The phase, unless the object is being deleted. */
export function phaseCell({ metadata }: Pick<KubeObject, 'metadata'>, phase: string | undefined): string {
  return metadata.deletionTimestamp === undefined ? (phase ?? '') : 'Terminating';
}
