// Every kind that objects may have: the built-in ones, and those that CustomResourceDefinitions add, as far as their metadata goes.

import { customResourceDefinition } from '../../api/apiextensions/v1/custom-resource-definition.ts';
import type { CustomResourceDefinition } from '../../api/apiextensions/v1/custom-resource-definition.ts';
import { resources } from '../../api/resources.ts';
import { defineKind } from '../../machinery/kind.ts';
import type { Kind } from '../../machinery/kind.ts';
import type { Informers } from '../informers.ts';

/** The stored version of a definition that is served, as a kind with metadata only; undefined until it is established. */
export function customKindOf({ spec, status }: CustomResourceDefinition): Kind | undefined {
  const established = (status.conditions ?? []).some(({ type, status: value }) => type === 'Established' && value === 'True');
  const version = spec.versions.find(({ served, storage }) => served && storage) ?? spec.versions.find(({ served }) => served);
  if (!established || version === undefined) return undefined;
  const { group, names, scope } = spec;
  return defineKind({
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    scope: scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    name: `custom.${group}.${version.name}.${names.kind}`,
    fields: {},
  }) as Kind;
}

/** The hubs of all built-in resources. */
export const builtInKinds: readonly Kind[] = resources.map(({ hub }) => hub);

/** The kinds of all definitions that are established now. */
export function customKinds(informers: Informers): Kind[] {
  return [...informers.of(customResourceDefinition).list()].flatMap((definition) => customKindOf(definition) ?? []);
}

const served = new Map(
  resources.flatMap((definition) => definition.served.map(({ kind }): [string, Kind] => [`${kind.apiVersion} ${kind.kind}`, kind])),
);

/** The kind that an owner reference names; a custom one in any served version. */
export function kindNamed(apiVersion: string, kind: string, informers: Informers): Kind | undefined {
  const builtIn = served.get(`${apiVersion} ${kind}`);
  if (builtIn !== undefined) return builtIn;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return customKinds(informers).find((each) => each.group === group && each.kind === kind);
}
