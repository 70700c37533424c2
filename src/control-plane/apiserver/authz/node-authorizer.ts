// The node authorizer: a kubelet may read what the Pods bound to its node refer to, and write what is its own.
// See https://kubernetes.io/docs/reference/access-authn-authz/node/
//
// N1. Reads of Secrets, ConfigMaps, claims and volumes are allowed one by one, to a node that runs a Pod which refers to them.

import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Volume } from '../../../api/core/v1/volume.ts';
import type { AuthorizationAttributes, Authorizer, Decision } from '../../../server/authorizer.ts';
import type { Lookups } from '../../../server/lookups.ts';
import type { User } from '../../../server/user.ts';

const NODES_GROUP = 'system:nodes';
const NODE_PREFIX = 'system:node:';

/** The node that a user is; undefined for anybody else. */
export function nodeOf(user: User): string | undefined {
  return user.groups.includes(NODES_GROUP) && user.name.startsWith(NODE_PREFIX) ? user.name.slice(NODE_PREFIX.length) : undefined;
}

const ALLOWED: Decision = { allowed: true, reason: '' };
const noOpinion = (reason: string): Decision => ({ allowed: false, reason });

/** What a kubelet may do by RBAC-like rules: `group/resource[/subresource]` → verbs. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'authentication.k8s.io/tokenreviews': ['create'],
  'authorization.k8s.io/subjectaccessreviews': ['create'],
  'authorization.k8s.io/localsubjectaccessreviews': ['create'],
  '/services': ['get', 'list', 'watch'],
  '/nodes': ['create', 'get', 'list', 'watch', 'update', 'patch'],
  '/nodes/status': ['update', 'patch'],
  '/events': ['create', 'update', 'patch'],
  'events.k8s.io/events': ['create', 'update', 'patch'],
  '/pods': ['get', 'list', 'watch', 'create', 'delete'],
  '/pods/status': ['update', 'patch'],
  '/pods/eviction': ['create'],
  'certificates.k8s.io/certificatesigningrequests': ['create', 'get', 'list', 'watch'],
  'storage.k8s.io/csidrivers': ['get', 'list', 'watch'],
  'storage.k8s.io/csinodes': ['create', 'delete', 'get', 'patch', 'update'],
  'storage.k8s.io/volumeattachments': ['get'],
  'node.k8s.io/runtimeclasses': ['get', 'list', 'watch'],
  'resource.k8s.io/resourceslices': ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete', 'deletecollection'],
};

const READ_ONE = new Set(['get', 'list', 'watch']);
const REFERENCED = new Set(['secrets', 'configmaps', 'persistentvolumeclaims', 'serviceaccounts']);

function* volumeReferences(volume: Volume): Generator<string> {
  if (volume.secret?.secretName !== undefined) yield `secrets/${volume.secret.secretName}`;
  if (volume.configMap?.name !== undefined) yield `configmaps/${volume.configMap.name}`;
  if (volume.persistentVolumeClaim !== undefined) yield `persistentvolumeclaims/${volume.persistentVolumeClaim.claimName}`;
  if (volume.csi?.nodePublishSecretRef?.name !== undefined) yield `secrets/${volume.csi.nodePublishSecretRef.name}`;
  for (const source of volume.projected?.sources ?? []) {
    if (source.secret?.name !== undefined) yield `secrets/${source.secret.name}`;
    if (source.configMap?.name !== undefined) yield `configmaps/${source.configMap.name}`;
  }
}

/** What a Pod refers to, as `resource/name`. */
export function* podReferences({ spec }: Pod): Generator<string> {
  if (spec.serviceAccountName !== undefined) yield `serviceaccounts/${spec.serviceAccountName}`;
  for (const { name } of spec.imagePullSecrets ?? []) if (name !== undefined) yield `secrets/${name}`;
  for (const volume of spec.volumes ?? []) yield* volumeReferences(volume);
  for (const container of [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      if (configMapRef?.name !== undefined) yield `configmaps/${configMapRef.name}`;
      if (secretRef?.name !== undefined) yield `secrets/${secretRef.name}`;
    }
    for (const { valueFrom } of container.env ?? []) {
      if (valueFrom?.configMapKeyRef?.name !== undefined) yield `configmaps/${valueFrom.configMapKeyRef.name}`;
      if (valueFrom?.secretKeyRef?.name !== undefined) yield `secrets/${valueFrom.secretKeyRef.name}`;
    }
  }
}

export class NodeAuthorizer implements Authorizer {
  readonly #lookups: Lookups;
  /** node/namespace → references, made anew when a Pod has changed. */
  #graph: { readonly revision: number; readonly references: ReadonlyMap<string, ReadonlySet<string>> } | undefined;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const node = nodeOf(attributes.user);
    if (node === undefined || !attributes.isResourceRequest) return noOpinion('');
    const { group, resource, subresource, verb } = attributes;
    if (group === 'coordination.k8s.io' && resource === 'leases') return this.#ownLease(attributes, node);
    if (group === '' && REFERENCED.has(resource) && (subresource === '' || subresource === 'token'))
      return this.#referenced(attributes, node);
    const rule = RULES[`${group}/${resource}${subresource === '' ? '' : `/${subresource}`}`];
    if (rule?.includes(verb) === true) return ALLOWED;
    return noOpinion('');
  }

  #ownLease({ verb, namespace, name }: AuthorizationAttributes, node: string): Decision {
    if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb))
      return noOpinion('can only get, create, update, patch, or delete a node lease');
    if (namespace !== 'kube-node-lease') return noOpinion('can only access leases in the "kube-node-lease" system namespace');
    return verb === 'create' || name === node ? ALLOWED : noOpinion('can only access node lease with the same name as the requesting node');
  }

  #referenced({ verb, resource, subresource, namespace, name }: AuthorizationAttributes, node: string): Decision {
    const token = resource === 'serviceaccounts';
    if (token ? !((subresource === 'token' && verb === 'create') || (subresource === '' && verb === 'get')) : !READ_ONE.has(verb)) {
      return noOpinion(token ? 'can only create tokens for individual service accounts' : 'can only read resources of this type');
    }
    if (name === '') return noOpinion('can only read namespaced object of this type');
    return this.#references(node, namespace).has(`${resource}/${name}`)
      ? ALLOWED
      : noOpinion(`no relationship found between node ${JSON.stringify(node)} and this object`);
  }

  #references(node: string, namespace: string): ReadonlySet<string> {
    const revision = this.#lookups.cacheOf(podKind).lastChange;
    if (this.#graph?.revision !== revision) {
      const references = new Map<string, Set<string>>();
      for (const pod of this.#lookups.cachedList(podKind)) {
        if (pod.spec.nodeName === undefined) continue;
        const key = `${pod.spec.nodeName}/${pod.metadata.namespace}`;
        const set = references.get(key) ?? new Set<string>();
        references.set(key, set);
        for (const reference of podReferences(pod)) set.add(reference);
      }
      this.#graph = { revision, references };
    }
    return this.#graph.references.get(`${node}/${namespace}`) ?? new Set();
  }
}
