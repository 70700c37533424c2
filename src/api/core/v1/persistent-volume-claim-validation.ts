// Checks of what a claim asks for, stored as a claim or embedded in a Pod as a template.

import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { validateAnnotations, validateLabels } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { printQuantity, quantitySign } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { complaints, present, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from './persistent-volume-claim-spec.ts';
import type { TypedObjectReference } from './references.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const TEMPLATE_METADATA = new Set(['annotations', 'labels']);

/** Checks the template of a claim that is made for a Pod. */
export function* validatePersistentVolumeClaimTemplate(template: PersistentVolumeClaimTemplate, at: FieldPath): Problems {
  const meta = at.child('metadata');
  yield* validateAnnotations(template.metadata.annotations ?? {}, meta.child('annotations'));
  yield* validateLabels(template.metadata.labels ?? {}, meta.child('labels'));
  for (const [name, value] of Object.entries(template.metadata))
    if (!TEMPLATE_METADATA.has(name) && value !== undefined) yield forbidden(meta.child(name), 'cannot be set');
  yield* validatePersistentVolumeClaimSpec(template.spec, at.child('spec'));
}

/** Checks what a claim asks for. */
export function* validatePersistentVolumeClaimSpec(spec: PersistentVolumeClaimSpec, at: FieldPath): Problems {
  yield* validateAccessModes(spec.accessModes ?? [], spec, at);
  yield* validateStorageRequest(spec, at.child('resources').key('storage'));
  const { storageClassName = '', volumeAttributesClassName = '', dataSource, dataSourceRef } = spec;
  if (storageClassName !== '')
    yield* complaints(at.child('storageClassName'), storageClassName, nameIsDnsSubdomain(storageClassName, false));
  yield* supported(at.child('volumeMode'), spec.volumeMode, ['Block', 'Filesystem']);
  if (dataSource !== undefined) yield* validateDataSource(dataSource, at.child('dataSource'));
  if (dataSourceRef !== undefined) {
    yield* validateDataSource(dataSourceRef, at.child('dataSourceRef'));
    const { namespace = '' } = dataSourceRef;
    if (namespace !== '') yield* complaints(at.child('dataSourceRef', 'namespace'), namespace, checkDns1123Label(namespace));
  }
  yield* validateDataSourcesAgree(spec, at);
  if (volumeAttributesClassName !== '')
    yield* complaints(
      at.child('volumeAttributesClassName'),
      volumeAttributesClassName,
      nameIsDnsSubdomain(volumeAttributesClassName, false),
    );
}

function* validateAccessModes(modes: readonly string[], spec: PersistentVolumeClaimSpec, at: FieldPath): Problems {
  const here = at.child('accessModes');
  if (modes.length === 0) yield required(here, 'at least 1 access mode is required');
  yield* validateLabelSelector(spec.selector, at.child('selector'), {});
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) yield notSupported(here, mode, ACCESS_MODES);
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) yield forbidden(here, 'may not use ReadWriteOncePod with other access modes');
}

function* validateStorageRequest(spec: PersistentVolumeClaimSpec, at: FieldPath): Problems {
  const storage = lookup(spec.resources.requests, 'storage');
  if (storage === undefined) yield required(at);
  else if (quantitySign(storage) <= 0) yield invalid(at, printQuantity(storage), 'must be greater than zero');
}

function* validateDataSource(source: Omit<TypedObjectReference, 'namespace'>, at: FieldPath): Problems {
  yield* present(at.child('name'), source.name);
  yield* present(at.child('kind'), source.kind);
  const { apiGroup = '' } = source;
  if (apiGroup === '' && source.kind !== 'PersistentVolumeClaim')
    yield invalid(at, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (apiGroup !== '') yield* complaints(at.child('apiGroup'), apiGroup, checkDns1123Subdomain(apiGroup));
}

function* validateDataSourcesAgree({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, at: FieldPath): Problems {
  if (dataSource === undefined || dataSourceRef === undefined) return;
  const shown = {};
  if ((dataSourceRef.namespace ?? '') !== '') yield invalid(at, shown, 'may not be specified when dataSourceRef.namespace is specified');
  else if (
    dataSource.apiGroup !== dataSourceRef.apiGroup ||
    dataSource.kind !== dataSourceRef.kind ||
    dataSource.name !== dataSourceRef.name
  )
    yield invalid(at, shown, 'must match dataSourceRef');
}
