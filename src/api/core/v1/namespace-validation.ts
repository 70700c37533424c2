// Checks of Namespaces: the names of finalizers, and a phase that agrees with deletion.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { invalid } from '../../../machinery/problem.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { NamespaceSpec, NamespaceStatus } from './namespace.ts';

interface NamespaceObject extends KubeObject {
  readonly spec: NamespaceSpec;
  readonly status: NamespaceStatus;
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Checks a new Namespace. */
export function* validateNamespace({ spec }: NamespaceObject, at: FieldPath): Problems {
  for (const each of spec.finalizers ?? []) yield* validateFinalizer(each, at.child('spec', 'finalizers'));
}

/** Checks a request to finalize. */
export function* validateNamespaceFinalizers({ spec }: NamespaceObject, at: FieldPath): Problems {
  const here = at.child('spec', 'finalizers');
  for (const [index, each] of (spec.finalizers ?? []).entries()) yield* validateFinalizer(each, here.index(index));
}

/** The phase says whether the Namespace is being deleted. */
export function* validateNamespaceStatus({ metadata, status }: NamespaceObject, at: FieldPath): Problems {
  const deleted = metadata.deletionTimestamp !== undefined;
  const expected = deleted ? 'Terminating' : 'Active';
  const detail = `may only be '${expected}' if \`deletionTimestamp\` is ${deleted ? 'not ' : ''}empty`;
  if (status.phase !== expected) yield invalid(at.child('status', 'Phase'), status.phase ?? '', detail);
}

function* validateFinalizer(name: string, at: FieldPath): Problems {
  yield* complaints(at, name, checkQualifiedName(name));
  if (!name.includes('/') && !STANDARD_FINALIZERS.includes(name))
    yield invalid(at, name, 'name is neither a standard finalizer name nor is it fully qualified');
}
