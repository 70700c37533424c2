// Checks of StorageClasses and VolumeAttributesClasses: who provisions, with which parameters, where.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkQualifiedName, validateLabelName } from '../../../machinery/formats/label.ts';
import { duplicate, forbidden, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { byteLength, complaints, supported, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { TopologySelectorTerm } from './storage-class.ts';

interface StorageClassFields {
  readonly provisioner: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly reclaimPolicy?: string | undefined;
  readonly volumeBindingMode?: string | undefined;
  readonly allowedTopologies?: readonly TopologySelectorTerm[] | undefined;
}

interface AttributesClassFields {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

const MOST_PARAMETERS = 512;
const LARGEST_PARAMETERS = 256 * 1024;

/** Checks a StorageClass, or that what makes it stays. */
export function* validateStorageClass(next: StorageClassFields, old: StorageClassFields | undefined, at: FieldPath): Problems {
  const { reclaimPolicy = '', volumeBindingMode } = next;
  if (old !== undefined) {
    yield* unchanged(at.child('parameters'), next.parameters ?? {}, old.parameters ?? {}, next.parameters ?? null);
    for (const name of ['provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const)
      yield* unchanged(at.child(name), next[name], old[name]);
    return;
  }
  yield* validateProvisioner(next.provisioner, at.child('provisioner'));
  yield* validateParameters(next.parameters ?? {}, true, at.child('parameters'));
  if (reclaimPolicy !== '') yield* supported(at.child('reclaimPolicy'), reclaimPolicy, ['Delete', 'Retain']);
  if (volumeBindingMode === undefined) yield required(at.child('volumeBindingMode'));
  yield* supported(at.child('volumeBindingMode'), volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
  for (const [index, term] of (next.allowedTopologies ?? []).entries()) {
    const here = at.child('allowedTopologies').index(index).child('matchLabelExpressions');
    yield* validateTerm(term, here);
    const earlier = (next.allowedTopologies ?? []).slice(0, index);
    for (const each of earlier) if (sameTerm(each, term)) yield duplicate(here, '');
  }
}

/** Checks a VolumeAttributesClass, and that it stays. */
export function* validateAttributesClass(next: AttributesClassFields, old: AttributesClassFields | undefined, at: FieldPath): Problems {
  if (old !== undefined && next.driverName !== old.driverName)
    yield forbidden(at.child('driverName'), 'updates to driverName are forbidden.');
  if (old !== undefined && !semanticEqual(next.parameters, old.parameters))
    yield forbidden(at.child('parameters'), 'updates to parameters are forbidden.');
  yield* validateProvisioner(next.driverName, at.child('driverName'));
  yield* validateParameters(next.parameters ?? {}, false, at.child('parameters'));
}

function* validateProvisioner(name: string, at: FieldPath): Problems {
  if (name === '') return yield required(at);
  const lower = name.toLowerCase();
  yield* complaints(at, lower, checkQualifiedName(lower));
}

function* validateParameters(parameters: Readonly<Record<string, string>>, mayBeEmpty: boolean, at: FieldPath): Problems {
  const entries = Object.entries(parameters);
  if (entries.length > MOST_PARAMETERS) return yield tooLong(at, MOST_PARAMETERS);
  let size = 0;
  for (const [key, value] of entries) {
    if (key === '') yield invalid(at, key, 'field can not be empty.');
    size += byteLength(key) + byteLength(value);
  }
  if (size > LARGEST_PARAMETERS) yield tooLong(at, LARGEST_PARAMETERS);
  if (!mayBeEmpty && entries.length === 0) yield required(at, 'must contain at least one key/value pair');
}

function* validateTerm({ matchLabelExpressions = [] }: TopologySelectorTerm, at: FieldPath): Problems {
  const keys = new Set<string>();
  for (const [index, { key, values }] of matchLabelExpressions.entries()) {
    const here = at.index(index);
    if (values.length === 0) yield required(here.child('values'));
    for (const [each, value] of values.entries())
      if (values.indexOf(value) < each) yield duplicate(here.child('values').index(each), value);
    yield* validateLabelName(key, here.child('key'));
    if (keys.has(key)) yield duplicate(here.child('key'), key);
    keys.add(key);
  }
}

function sameTerm(one: TopologySelectorTerm, other: TopologySelectorTerm): boolean {
  const sorted = ({ matchLabelExpressions = [] }: TopologySelectorTerm): readonly (readonly [string, readonly string[]])[] =>
    matchLabelExpressions.map(({ key, values }) => [key, values.toSorted()] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return semanticEqual(sorted(one), sorted(other));
}
