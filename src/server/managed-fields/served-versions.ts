// What the field manager must know of a resource: the types of its versions, how objects get from one to another, and which fields an
// endpoint leaves alone.

import { must } from '../../base/assert.ts';
import { nodeApplyType } from '../../machinery/apply/apply-type.ts';
import { FieldSet } from '../../machinery/apply/field-set.ts';
import type { Versions } from '../../machinery/apply/ownership.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import type { Strategy } from '../strategy.ts';

const IDENTITY: ReadonlySet<string> = new Set(['kind', 'apiVersion', 'metadata']);

/** The fields that a write to an endpoint cannot change, whatever it says. */
function ignoredFields({ definition, resetOnUpdate = [] }: Strategy, subresource: string): FieldSet {
  if (subresource === '') return FieldSet.ofFields(...resetOnUpdate.map((field) => [field]));
  if (subresource !== 'status') return FieldSet.empty;
  const others = Object.keys(definition.hub.struct.fields).filter((field) => !IDENTITY.has(field) && field !== 'status');
  return FieldSet.ofFields(...others.map((field) => [field]));
}

function convert({ served, hub }: ResourceDefinition, object: unknown, apiVersion: string): unknown {
  const { apiVersion: from } = object as KubeObject;
  // Nothing has no version: what is created is compared with it.
  if (from === undefined || from === apiVersion) return object;
  const version = (name: string): ResourceDefinition['served'][number] =>
    must(
      served.find(({ kind }) => kind.apiVersion === name),
      `${hub.kind} in version ${name}`,
    );
  const inHub = version(from).toHub?.(object as KubeObject) ?? (object as KubeObject);
  return version(apiVersion).fromHub?.(inHub) ?? inHub;
}

const known = new WeakMap<Strategy, Map<string, Versions>>();

/** The versions of a resource as one of its endpoints sees them. */
export function servedVersions(strategy: Strategy, subresource: string): Versions {
  let endpoints = known.get(strategy);
  if (endpoints === undefined) known.set(strategy, (endpoints = new Map()));
  let versions = endpoints.get(subresource);
  if (versions === undefined) endpoints.set(subresource, (versions = made(strategy, subresource)));
  return versions;
}

function made(strategy: Strategy, subresource: string): Versions {
  const { definition } = strategy;
  const types = new Map(definition.served.map(({ kind }) => [kind.apiVersion, nodeApplyType(kind.struct)]));
  const ignored = ignoredFields(strategy, subresource);
  return {
    typeOf: (apiVersion) => types.get(apiVersion),
    convert: (object, apiVersion) => convert(definition, object, apiVersion),
    ...(ignored.isEmpty ? {} : { ignored: () => ignored }),
  };
}
