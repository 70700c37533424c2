// What must hold of an object's metadata, on create and on update, with upstream's texts.
//
// M1. Every cause is listed as often as upstream lists it: an update is checked as any object is, then for what must not change, and
//     for that once more by the rules of most kinds.

import { semanticEqual } from './equality.ts';
import type { FieldPath } from './field-path.ts';
import { checkQualifiedName, validateAnnotations, validateLabels } from './formats/label.ts';
import { parseGroupVersion } from './kind.ts';
import type { Kind, KubeObject } from './kind.ts';
import { nameIsDnsLabel, nameIsDnsSubdomain, nameIsPathSegment } from './names.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './object-meta.ts';
import { forbidden, invalid, required, tooLong } from './problem.ts';
import type { Problem } from './problem.ts';
import { utf8Length } from './utf8.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
const STANDARD_FINALIZERS: ReadonlySet<string> = new Set([ORPHAN, FOREGROUND, 'kubernetes']);
const MAXIMUM_MANAGER_BYTES = 128;
const MAXIMUM_SUBRESOURCE_BYTES = 256;

type NamedKind<T extends KubeObject> = Pick<Kind<T>, 'scope' | 'nameProblems' | 'metadataRules'>;

/** Checks metadata: all of it on create, what may change and what must not on update. */
export function validateObjectMeta<T extends KubeObject>(
  kind: NamedKind<T>,
  meta: ObjectMeta,
  old: ObjectMeta | undefined,
  at: FieldPath,
): readonly Problem[] {
  const { scope, metadataRules, nameProblems = nameIsDnsSubdomain } = kind;
  const finalizers = metadataRules === 'core' ? standardFinalizers(meta.finalizers ?? [], at.child('finalizers')) : [];
  if (old === undefined) return [...validateAny(scope, nameProblems, meta, at), ...finalizers];
  const changed = validateChanged(meta, old, at);
  const again = metadataRules === 'afterwards' ? [] : [...changed, ...finalizers];
  return [...validateAny(scope, nameIsPathSegment, meta, at), ...changed, ...again]; // M1
}

function standardFinalizers(finalizers: readonly string[], at: FieldPath): readonly Problem[] {
  const text = 'name is neither a standard finalizer name nor is it fully qualified';
  return finalizers.flatMap((each, index) =>
    each.includes('/') || STANDARD_FINALIZERS.has(each) ? [] : [invalid(at.index(index), each, text)],
  );
}

type NameProblems = (name: string, prefix: boolean) => readonly string[];

function validateAny(scope: 'Namespaced' | 'Cluster', nameProblems: NameProblems, meta: ObjectMeta, at: FieldPath): readonly Problem[] {
  const { name = '', generateName = '', generation = 0 } = meta;
  const problems: Problem[] = [];
  if (generateName !== '')
    problems.push(...nameProblems(generateName, true).map((text) => invalid(at.child('generateName'), generateName, text)));
  if (name === '') problems.push(required(at.child('name'), 'name or generateName is required'));
  else problems.push(...nameProblems(name, false).map((text) => invalid(at.child('name'), name, text)));
  problems.push(...validateNamespace(scope, meta.namespace ?? '', at.child('namespace')));
  if (generation < 0) problems.push(invalid(at.child('generation'), generation, 'must be greater than or equal to 0'));
  problems.push(
    ...validateLabels(meta.labels, at.child('labels')),
    ...validateAnnotations(meta.annotations, at.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences ?? [], at.child('ownerReferences')),
    ...validateFinalizers(meta.finalizers ?? [], at.child('finalizers')),
    ...validateManagedFields(meta.managedFields ?? [], at.child('managedFields')),
  );
  return problems;
}

function validateNamespace(scope: 'Namespaced' | 'Cluster', namespace: string, at: FieldPath): readonly Problem[] {
  if (scope === 'Cluster') return namespace === '' ? [] : [forbidden(at, 'not allowed on this type')];
  return namespace === '' ? [required(at)] : nameIsDnsLabel(namespace, false).map((text) => invalid(at, namespace, text));
}

const IMMUTABLE = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

function validateChanged(meta: ObjectMeta, old: ObjectMeta, at: FieldPath): readonly Problem[] {
  const problems: Problem[] = [];
  if (old.deletionTimestamp !== undefined)
    problems.push(...noNewFinalizers(meta.finalizers ?? [], old.finalizers ?? [], at.child('finalizers')));
  if ((meta.resourceVersion ?? '') === '') problems.push(invalid(at.child('resourceVersion'), '', 'must be specified for an update'));
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    problems.push(invalid(at.child('generation'), meta.generation ?? 0, 'must not be decremented'));
  for (const name of IMMUTABLE) {
    if (!semanticEqual(meta[name], old[name])) problems.push(invalid(at.child(name), meta[name] ?? zeroOf(name), 'field is immutable'));
  }
  problems.push(
    ...validateLabels(meta.labels, at.child('labels')),
    ...validateAnnotations(meta.annotations, at.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences ?? [], at.child('ownerReferences')),
    ...validateManagedFields(meta.managedFields ?? [], at.child('managedFields')),
  );
  return problems;
}

/** How an absent value prints: texts are empty, times are null. */
const zeroOf = (name: (typeof IMMUTABLE)[number]): string | null => (name === 'name' || name === 'namespace' || name === 'uid' ? '' : null);

function noNewFinalizers(next: readonly string[], old: readonly string[], at: FieldPath): readonly Problem[] {
  const extra = [...new Set(next)].filter((each) => !old.includes(each)).sort();
  if (extra.length === 0) return [];
  const list = `[]string{${extra.map((each) => JSON.stringify(each)).join(', ')}}`;
  return [forbidden(at, `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`)];
}

/** Checks owner references; at most one of them controls. */
export function validateOwnerReferences(references: readonly OwnerReference[], at: FieldPath): readonly Problem[] {
  const problems: Problem[] = [];
  let controller: string | undefined;
  for (const reference of references) {
    problems.push(...validateOwnerReference(reference, at));
    if (reference.controller !== true) continue;
    const current = `${reference.kind}/${reference.name}`;
    if (controller === undefined) controller = current;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
      problems.push(invalid(at, references, detail));
    }
  }
  return problems;
}

function validateOwnerReference(reference: OwnerReference, at: FieldPath): readonly Problem[] {
  const problems: Problem[] = [];
  const { group = '', version = '' } = parseGroupVersion(reference.apiVersion) ?? {};
  if (version === '') problems.push(invalid(at.child('apiVersion'), reference.apiVersion, 'version must not be empty'));
  for (const name of ['kind', 'name', 'uid'] as const) {
    if (reference[name] === '') problems.push(invalid(at.child(name), reference[name], 'must not be empty'));
  }
  if (group === '' && version === 'v1' && reference.kind === 'Event') {
    problems.push(invalid(at, reference, '/v1, Kind=Event is disallowed from being an owner'));
  }
  return problems;
}

/** Checks finalizer names, and that the two ways of deleting dependents are not both asked for. */
export function validateFinalizers(finalizers: readonly string[], at: FieldPath): readonly Problem[] {
  const problems = finalizers.flatMap((each) => checkQualifiedName(each).map((text) => invalid(at, each, text)));
  if (finalizers.includes(ORPHAN) && finalizers.includes(FOREGROUND)) {
    problems.push(invalid(at, finalizers, `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`));
  }
  return problems;
}

function validateManagedFields(entries: readonly ManagedFieldsEntry[], at: FieldPath): readonly Problem[] {
  return entries.flatMap(({ operation = '', fieldsType = '', manager = '', subresource = '' }, index) => {
    const here = at.index(index);
    const problems: Problem[] = [];
    if (operation !== 'Apply' && operation !== 'Update')
      problems.push(invalid(here.child('operation'), operation, 'must be `Apply` or `Update`'));
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') problems.push(invalid(here.child('fieldsType'), fieldsType, 'must be `FieldsV1`'));
    problems.push(...validateFieldManager(manager, here.child('manager')));
    if (utf8Length(subresource) > MAXIMUM_SUBRESOURCE_BYTES) problems.push(tooLong(here.child('subresource'), MAXIMUM_SUBRESOURCE_BYTES));
    return problems;
  });
}

/** Checks the name of a field manager, in managed fields and in request options. */
export function validateFieldManager(manager: string, at: FieldPath): readonly Problem[] {
  const problems: Problem[] = [];
  if (utf8Length(manager) > MAXIMUM_MANAGER_BYTES) problems.push(tooLong(at, MAXIMUM_MANAGER_BYTES));
  let position = 0;
  for (const character of manager) {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      problems.push(invalid(at, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += utf8Length(character);
  }
  return problems;
}
