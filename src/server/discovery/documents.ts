// Discovery: what this server serves, as documents made of the registry: the legacy ones by group and version, and the
// aggregated one that clients fetch at once.
//
// See https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery-api

import { printGroupVersion } from '../../machinery/kind.ts';
import type { GroupVersionKind, Kind } from '../../machinery/kind.ts';
import type { RegistrySnapshot, ServedResource } from '../registry.ts';
import { verbsOf } from '../registry.ts';
import type { Subresource } from '../strategy.ts';

interface VersionEntry {
  readonly groupVersion: string;
  readonly version: string;
}

/** One group with its versions, preferred first, and what is served in each. */
export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly ServedResource[] }[];
}

const OBJECT_VERBS: Readonly<Record<string, string>> = { get: 'get', update: 'update', patch: 'patch' };

/** Stable versions before beta before alpha, higher numbers first. */
export function compareVersions(a: string, b: string): number {
  const rank = (version: string): readonly number[] => {
    const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (parts === null) return [3, 0, 0];
    return [parts[2] === undefined ? 0 : parts[2] === 'beta' ? 1 : 2, -Number(parts[1]), -Number(parts[3] ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  for (const [index, value] of left.entries()) if (value !== right[index]) return value - (right[index] ?? 0);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Groups in the order of `priorities` (others after, by name), with their versions. */
export function servedGroups(registry: RegistrySnapshot, priorities: readonly string[]): ServedGroup[] {
  const groups = new Map<string, Map<string, ServedResource[]>>();
  for (const served of registry.served) {
    const versions = groups.get(served.kind.group) ?? new Map<string, ServedResource[]>();
    groups.set(served.kind.group, versions);
    versions.set(served.kind.version, [...(versions.get(served.kind.version) ?? []), served]);
  }
  const place = (name: string): number => (priorities.includes(name) ? priorities.indexOf(name) : priorities.length);
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
    .map(([name, versions]) => ({
      name,
      versions: [...versions]
        .sort(([a], [b]) => compareVersions(a, b))
        .map(([version, resources]) => ({ version, resources: resources.toSorted((a, b) => (a.kind.plural < b.kind.plural ? -1 : 1)) })),
    }));
}

/** What a subresource speaks: its own kind, or that of the object it belongs to. */
function subresourceKind(kind: Kind, subresource: Subresource<never>): GroupVersionKind | undefined {
  if (subresource.kind === 'view') return subresource.view;
  return subresource.kind === 'action' ? (subresource.responds ?? kind) : kind;
}

function subresourcesOf({ entry }: ServedResource): [string, Subresource<never>][] {
  return Object.entries(entry.strategy.subresources ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, Subresource<never>][];
}

const sorted = (verbs: readonly string[]): string[] => verbs.map((verb) => OBJECT_VERBS[verb] ?? verb).toSorted();

/** `APIResourceList` of one group and version. */
export function resourceList(group: string, version: string, resources: readonly ServedResource[]): object {
  const rows = resources.flatMap((served) => {
    const { kind } = served;
    const namespaced = kind.scope === 'Namespaced';
    const row = {
      name: kind.plural,
      singularName: kind.singular,
      namespaced,
      kind: kind.kind,
      verbs: sorted(verbsOf(served.entry)),
      ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
      ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    };
    const sub = subresourcesOf(served).map(([name, subresource]) => {
      const speaks = subresourceKind(kind, subresource);
      const foreign = speaks !== undefined && (speaks.group !== group || speaks.version !== version);
      return {
        name: `${kind.plural}/${name}`,
        singularName: '',
        namespaced,
        ...(foreign ? { group: speaks.group, version: speaks.version } : {}),
        kind: speaks?.kind ?? kind.kind,
        verbs: sorted(subresource.verbs),
      };
    });
    return [row, ...sub];
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: printGroupVersion(group, version), resources: rows };
}

function groupDocument({ name, versions }: ServedGroup): object {
  const entries: VersionEntry[] = versions.map(({ version }) => ({ groupVersion: printGroupVersion(name, version), version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** `APIGroup` of one group. */
export const apiGroup = (group: ServedGroup): object => ({ kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group) });

/** `APIGroupList` of every group but the core one. */
export const apiGroupList = (groups: readonly ServedGroup[]): object => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.filter(({ name }) => name !== '').map(groupDocument),
});

/** `APIVersions` of the core group; `serverAddress` is where clients find this server. */
export const apiVersions = (serverAddress: string): object => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

/** What the aggregated document says of a kind in its own group and version: the kind alone. */
function responseKind(speaks: GroupVersionKind | undefined, kind: Kind): object {
  const { group, version, kind: name } = speaks ?? kind;
  return group === kind.group && version === kind.version ? { group: '', version: '', kind: name } : { group, version, kind: name };
}

function aggregatedResource(served: ServedResource): object {
  const { kind } = served;
  const subresources = subresourcesOf(served).map(([name, subresource]) => ({
    subresource: name,
    responseKind: responseKind(subresourceKind(kind, subresource), kind),
    verbs: sorted(subresource.verbs),
  }));
  return {
    resource: kind.plural,
    responseKind: responseKind(kind, kind),
    scope: kind.scope,
    singularResource: kind.singular,
    verbs: sorted(verbsOf(served.entry)),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** `APIGroupDiscoveryList`: every group given, with its versions, resources and subresources. `version` of apidiscovery.k8s.io. */
export function aggregatedDiscovery(groups: readonly ServedGroup[], version: string): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.name === '' ? {} : { name: group.name },
      versions: group.versions.map(({ version: served, resources }) => ({
        version: served,
        resources: resources.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  };
}
