// Checks of CustomResourceDefinitions: names, versions, conversion, columns. Schemas are only required to be there.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1035Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, required } from '../../../machinery/problem.ts';
import { validateClientConfig } from '../../admissionregistration/v1/webhook-client-validation.ts';
import { requiredChoice, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceConversion,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionStatus,
  CustomResourceDefinitionVersion,
} from './custom-resource-definition.ts';

interface DefinitionObject extends KubeObject {
  readonly spec: CustomResourceDefinitionSpec;
  readonly status: CustomResourceDefinitionStatus;
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** Checks a definition; once it is established, its names and scope stay. */
export function* validateDefinition(next: DefinitionObject, old: DefinitionObject | undefined, at: FieldPath): Problems {
  const { metadata, spec, status } = next;
  const { name = '' } = metadata;
  if (name !== '' && name !== `${spec.names.plural}.${spec.group}`)
    yield invalid(at.child('metadata', 'name'), name, 'must be spec.names.plural+"."+spec.group');
  yield* validateSpec(spec, at.child('spec'));
  yield* validateStoredVersions(status.storedVersions, spec.versions, at.child('status', 'storedVersions'));
  const established = old?.status.conditions.some((each) => each.type === 'Established' && each.status === 'True') === true;
  if (old === undefined || !established) return;
  const here = at.child('spec');
  yield* unchanged(here.child('group'), spec.group, old.spec.group);
  yield* unchanged(here.child('scope'), spec.scope, old.spec.scope);
  yield* unchanged(here.child('names', 'plural'), spec.names.plural, old.spec.names.plural);
  yield* unchanged(here.child('names', 'kind'), spec.names.kind, old.spec.names.kind);
}

function* validateSpec(spec: CustomResourceDefinitionSpec, at: FieldPath): Problems {
  const { group, scope, versions, names, conversion } = spec;
  const groupMessages = checkDns1123Subdomain(group);
  if (group === '') yield required(at.child('group'));
  else if (groupMessages.length > 0) yield invalid(at.child('group'), group, groupMessages.join(','));
  else if (!group.includes('.')) yield invalid(at.child('group'), group, 'should be a domain with at least one dot');
  yield* requiredChoice(at.child('scope'), scope, ['Cluster', 'Namespaced']);
  const here = at.child('versions');
  for (const [index, { schema }] of versions.entries())
    if (schema?.openAPIV3Schema === undefined) yield required(here.index(index).child('schema', 'openAPIV3Schema'));
  for (const [index, version] of versions.entries()) yield* validateVersion(version, here.index(index));
  if (new Set(versions.map((each) => each.name)).size < versions.length) yield invalid(here, versions, 'must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1)
    yield invalid(here, versions, 'must have exactly one version marked as storage version');
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const)
    if ((names[name] ?? '') === '') yield required(at.child('names', name));
  yield* validateNames(names, at.child('names'));
  if (conversion !== undefined) yield* validateConversion(conversion, at.child('conversion'));
}

function* validateVersion(version: CustomResourceDefinitionVersion, at: FieldPath): Problems {
  yield* label(version.name, '', at.child('name'));
  for (const [index, column] of (version.additionalPrinterColumns ?? []).entries())
    yield* validateColumn(column, at.child('additionalPrinterColumns').index(index));
}

function* validateColumn({ name, type, format = '', jsonPath }: CustomResourceColumnDefinition, at: FieldPath): Problems {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (name === '') yield required(at.child('name'));
  if (type === '') yield required(at.child('type'), types);
  else if (!COLUMN_TYPES.includes(type)) yield invalid(at.child('type'), type, types);
  if (format !== '' && !COLUMN_FORMATS.includes(format))
    yield invalid(at.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`);
  if (jsonPath === '') yield required(at.child('JSONPath'));
}

function* label(value: string, intro: string, at: FieldPath): Problems {
  const messages = checkDns1035Label(intro === '' ? value : value.toLowerCase());
  if (messages.length > 0) yield invalid(at, value, intro + messages.join(','));
}

function* validateNames(names: CustomResourceDefinitionNames, at: FieldPath): Problems {
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names;
  const mixed = 'may have mixed case, but should otherwise match: ';
  if (plural !== '') yield* label(plural, '', at.child('plural'));
  if (singular !== '') yield* label(singular, '', at.child('singular'));
  if (kind !== '') yield* label(kind, mixed, at.child('kind'));
  if (listKind !== '') yield* label(listKind, mixed, at.child('listKind'));
  for (const [index, each] of shortNames.entries()) yield* label(each, '', at.child('shortNames').index(index));
  if (kind !== '' && kind === listKind) yield invalid(at.child('listKind'), listKind, 'kind and listKind may not be the same');
  for (const [index, each] of categories.entries()) yield* label(each, '', at.child('categories').index(index));
}

function* validateConversion({ strategy, webhook }: CustomResourceConversion, at: FieldPath): Problems {
  yield* requiredChoice(at.child('strategy'), strategy, ['None', 'Webhook']);
  const client = at.child('webhookClientConfig');
  const versions = webhook?.conversionReviewVersions ?? [];
  const here = at.child('conversionReviewVersions');
  if (strategy !== 'Webhook') {
    const text = 'should not be set when strategy is not set to Webhook';
    if (webhook?.clientConfig !== undefined) yield forbidden(client, text);
    if (versions.length > 0) yield forbidden(here, text);
    return;
  }
  if (webhook?.clientConfig === undefined) yield required(client, 'required when strategy is set to Webhook');
  else yield* validateClientConfig(webhook.clientConfig, client);
  if (versions.length === 0) return yield required(here);
  for (const [index, version] of versions.entries()) {
    if (versions.indexOf(version) < index) yield invalid(here.index(index), version, 'duplicate version');
    else yield* label(version, '', here.index(index));
  }
  if (!versions.some((each) => REVIEW_VERSIONS.includes(each)))
    yield invalid(here, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`);
}

function* validateStoredVersions(stored: readonly string[], versions: readonly CustomResourceDefinitionVersion[], at: FieldPath): Problems {
  if (stored.length === 0) return yield invalid(at, stored, 'must have at least one stored version');
  for (const { name, storage } of versions)
    if (storage && !stored.includes(name)) yield invalid(at, stored, `must have the storage version ${name}`);
  for (const [index, each] of stored.entries()) {
    if (versions.some(({ name }) => name === each)) continue;
    const text = `missing from spec.versions; ${each} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${each} and removes ${each} from status.storedVersions`;
    yield invalid(at.index(index), each, text);
  }
}
