// Checks of a container's environment: variables, where their values come from, whole ConfigMaps and Secrets.

import { checkRelaxedEnvVarName } from '../../../machinery/formats/identifier.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { EnvFromSource, EnvVar } from './environment.ts';
import {
  ENVIRONMENT_FIELDS,
  validateFileKeySelector,
  validateKeySelector,
  validateObjectFieldSelector,
  validateResourceFieldSelector,
} from './key-selector-validation.ts';

/** Checks the variables of a container. */
export function* validateEnv(variables: readonly EnvVar[], at: FieldPath): Problems {
  for (const [index, variable] of variables.entries()) {
    const here = at.index(index);
    if (variable.name === '') yield required(here.child('name'));
    else yield* complaints(here.child('name'), variable.name, checkRelaxedEnvVarName(variable.name));
    yield* validateValueFrom(variable, here.child('valueFrom'));
  }
}

function* validateValueFrom(variable: EnvVar, at: FieldPath): Problems {
  const source = variable.valueFrom;
  if (source === undefined) return;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef !== undefined) yield* validateObjectFieldSelector(fieldRef, ENVIRONMENT_FIELDS, at.child('fieldRef'));
  if (resourceFieldRef !== undefined) yield* validateResourceFieldSelector(resourceFieldRef, false, at.child('resourceFieldRef'));
  if (configMapKeyRef !== undefined) yield* validateKeySelector(configMapKeyRef, at.child('configMapKeyRef'));
  if (secretKeyRef !== undefined) yield* validateKeySelector(secretKeyRef, at.child('secretKeyRef'));
  if (fileKeyRef !== undefined) yield* validateFileKeySelector(fileKeyRef, at.child('fileKeyRef'));

  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((each) => each !== undefined).length;
  if (sources === 0)
    yield invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`');
  else if (variable.value !== undefined && variable.value !== '') yield invalid(at, '', 'may not be specified when `value` is not empty');
  else if (sources > 1) yield invalid(at, '', 'may not have more than one field specified at a time');
}

/** Checks the ConfigMaps and Secrets that a container takes whole. */
export function* validateEnvFrom(sources: readonly EnvFromSource[], at: FieldPath): Problems {
  for (const [index, { prefix = '', configMapRef, secretRef }] of sources.entries()) {
    const here = at.index(index);
    if (prefix !== '') yield* complaints(here.child('prefix'), prefix, checkRelaxedEnvVarName(prefix));
    if (configMapRef !== undefined) yield* validateReference(configMapRef.name ?? '', here.child('configMapRef', 'name'));
    if (secretRef !== undefined) yield* validateReference(secretRef.name ?? '', here.child('secretRef', 'name'));
    if (configMapRef === undefined && secretRef === undefined) yield invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (configMapRef !== undefined && secretRef !== undefined)
      yield invalid(at, '', 'may not have more than one field specified at a time');
  }
}

function* validateReference(name: string, at: FieldPath): Problems {
  if (name === '') yield required(at);
  else yield* complaints(at, name, nameIsDnsSubdomain(name, true));
}
