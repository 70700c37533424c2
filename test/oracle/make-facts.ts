// Makes `test/vectors/facts/fields.json` from a folder of full facts: `node test/oracle/make-facts.ts FOLDER`.
// Only types reachable from the kinds below are kept, each field as [type, presence, protobuf number].

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldFact, Facts } from './facts.ts';

const KINDS = [
  ...[
    'Binding',
    'ConfigMap',
    'Endpoints',
    'Event',
    'LimitRange',
    'Namespace',
    'Node',
    'PersistentVolumeClaim',
    'Pod',
    'PodTemplate',
    'ReplicationController',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ].map((kind) => `v1/${kind}`),
  ...['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => `apps/v1/${kind}`),
  'authentication.k8s.io/v1/TokenRequest',
  'authentication.k8s.io/v1/TokenReview',
  'authorization.k8s.io/v1/SubjectAccessReview',
  'authorization.k8s.io/v1/SelfSubjectAccessReview',
  'authorization.k8s.io/v1/LocalSubjectAccessReview',
  'autoscaling/v1/Scale',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'coordination.k8s.io/v1/Lease',
  'discovery.k8s.io/v1/EndpointSlice',
  'events.k8s.io/v1/Event',
  ...['IPAddress', 'Ingress', 'IngressClass', 'NetworkPolicy', 'ServiceCIDR'].map((kind) => `networking.k8s.io/v1/${kind}`),
  'node.k8s.io/v1/RuntimeClass',
  'policy/v1/Eviction',
  'policy/v1/PodDisruptionBudget',
  ...['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].map((kind) => `rbac.authorization.k8s.io/v1/${kind}`),
  'scheduling.k8s.io/v1/PriorityClass',
  ...['CSIDriver', 'CSINode', 'CSIStorageCapacity', 'VolumeAttributesClass'].map((kind) => `storage.k8s.io/v1/${kind}`),
];

interface Property {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly allOf?: readonly Property[];
}

interface Definition extends Property {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

type GoFields = Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, string, string])[]>>>>;
type ProtobufFields = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly [number, string]>>>>>>;

const folder = process.argv[2];
if (folder === undefined) throw new Error('say which folder holds the full facts');
const load = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const definitions = (load('openapi-1.36.json') as { definitions: Readonly<Record<string, Definition>> }).definitions;
const goFields = load('go-fields-1.36.json') as GoFields;
const protobufFields = load('protobuf-fields-1.36.json') as ProtobufFields;

/** Definitions that are one value on the wire. */
const SCALARS: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'microTime',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'fieldsV1',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'json',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
};

function typeOf(property: Property): string {
  const reference = property.$ref ?? property.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const name = reference.slice('#/definitions/'.length);
    return SCALARS[name] ?? `#${name}`;
  }
  if (property.type === 'array') return `[]${typeOf(property.items ?? {})}`;
  if (property.additionalProperties !== undefined) return `{}${typeOf(property.additionalProperties)}`;
  if (property.enum !== undefined) return `enum ${property.enum.join('|')}`;
  if (property.type === 'string') return property.format === 'byte' ? 'bytes' : 'string';
  if (property.type === 'integer' || property.type === 'number') return property.format ?? 'int64';
  return property.type ?? 'json';
}

/** `io.k8s.api.core.v1.Pod` → where its Go fields and protobuf fields stand. */
function placesOf(definition: string): { go: string; message: string; name: string } {
  const parts = definition.split('.');
  const name = parts.pop() ?? '';
  if (definition.startsWith('io.k8s.api.'))
    return { go: parts.slice(3).join('/'), message: `k8s.io.api.${parts.slice(3).join('.')}`, name };
  return { go: parts.slice(2).join('/'), message: `k8s.io.${parts.slice(2).join('.')}`, name };
}

function fieldsOf(definition: string): Record<string, FieldFact> {
  const properties = definitions[definition]?.properties ?? {};
  const { go, message, name } = placesOf(definition);
  const presences = new Map(flatten(go, name));
  const numbers = protobufFields[message]?.[name] ?? {};
  return Object.fromEntries(
    Object.entries(properties).map(([field, property]) => [
      field,
      [typeOf(property), presences.get(field) ?? 'value', numbers[field]?.[0] ?? 0],
    ]),
  );
}

/** A type's fields with their presence, those of inlined types among them. */
function flatten(pack: string, name: string): [string, string][] {
  return (goFields[pack]?.[name] ?? []).flatMap(([field, presence, kind]) => {
    if (presence !== 'inline') return [[field, presence] as [string, string]];
    const inlined = kind.split('.').at(-1) ?? '';
    return flatten(pack, inlined);
  });
}

function definitionOf(gvk: string): string {
  const [kind = '', version = '', group = ''] = gvk.split('/').toReversed();
  const found = Object.entries(definitions).find(([, definition]) =>
    definition['x-kubernetes-group-version-kind']?.some((each) => each.group === group && each.version === version && each.kind === kind),
  );
  if (found === undefined) throw new Error(`no definition of ${gvk}`);
  return found[0];
}

function collect(): Facts {
  const kinds = Object.fromEntries(KINDS.map((gvk) => [gvk, definitionOf(gvk)]));
  const types: Record<string, Record<string, FieldFact>> = {};
  const open = Object.values(kinds);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (types[name] !== undefined) continue;
    const fields = fieldsOf(name);
    types[name] = fields;
    for (const [type] of Object.values(fields)) {
      const reference = type.indexOf('#');
      if (reference !== -1) open.push(type.slice(reference + 1));
    }
  }
  return { kinds, types };
}

const facts = collect();
const lines = Object.entries(facts.types)
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, fields]) => `${JSON.stringify(name)}: ${JSON.stringify(fields)}`);
const target = join(import.meta.dirname, '../vectors/facts');
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'fields.json'), `{"kinds": ${JSON.stringify(facts.kinds)},\n"types": {\n${lines.join(',\n')}\n}}\n`);
