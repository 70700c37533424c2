// NodeRestriction: a kubelet writes its own Node and the Pods bound to it, and nothing that would bring it other objects' secrets.
// See https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
//
// N1. The node authorizer says which resources a node may write; this says which objects, and what of them.

import { node as nodeKind } from '../../../api/core/v1/node.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { notFoundError } from '../../../machinery/status-error.ts';
import { admissionForbidden } from '../../../server/admission.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../../../server/admission.ts';
import type { Lookups } from '../../../server/lookups.ts';
import { nodeOf, podReferences } from '../authz/node-authorizer.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const RESTRICTED = 'node-restriction.kubernetes.io';
/** Labels of Kubernetes' own that a kubelet may set. */
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

const within = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);

function mayLabel(key: string): boolean {
  const slash = key.indexOf('/');
  const domain = slash === -1 ? '' : key.slice(0, slash);
  if (within(domain, RESTRICTED)) return false;
  if (!within(domain, 'kubernetes.io') && !within(domain, 'k8s.io')) return true;
  return KUBELET_LABELS.has(key) || KUBELET_DOMAINS.some((allowed) => within(domain, allowed));
}

/** The labels that differ and are not a kubelet's to set. */
function forbiddenLabels(next: Readonly<Record<string, string>> = {}, old: Readonly<Record<string, string>> = {}): string[] {
  const keys = new Set([...Object.keys(next), ...Object.keys(old)]);
  return [...keys].filter((key) => next[key] !== old[key] && !mayLabel(key)).sort();
}

const quoted = JSON.stringify;

/** Why a node may not write a Node so; undefined when it may. */
function nodeProblem({ operation, name, object, old }: AdmissionAttributes, own: string): string | undefined {
  const target = name !== '' ? name : (object?.metadata.name ?? '');
  if (target !== own) return `node ${quoted(own)} is not allowed to modify node ${quoted(target)}`;
  const next = object as Node | undefined;
  if (operation === 'CREATE' && next !== undefined) {
    const labels = forbiddenLabels(next.metadata.labels);
    if (labels.length > 0) return `node ${quoted(own)} is not allowed to set the following labels: ${labels.join(', ')}`;
  }
  if (operation === 'UPDATE' && next !== undefined) {
    const before = old as Node;
    if (!semanticEqual(next.spec.taints, before.spec.taints)) return `node ${quoted(own)} is not allowed to modify taints`;
    if (!semanticEqual(next.metadata.ownerReferences, before.metadata.ownerReferences))
      return `node ${quoted(own)} is not allowed to modify ownerReferences`;
    const labels = forbiddenLabels(next.metadata.labels, before.metadata.labels);
    if (labels.length > 0) return `is not allowed to modify labels: ${labels.join(', ')}`;
  }
  return undefined;
}

/** Why a node may not create this Pod; undefined when it may. `nodeUid` is that of the node's own object. */
function newPodProblem({ metadata, spec }: Pod, own: string, nodeUid: string | undefined): string | undefined {
  const node = `node ${quoted(own)}`;
  if (metadata.annotations?.[MIRROR_ANNOTATION] === undefined)
    return `pod does not have ${quoted(MIRROR_ANNOTATION)} annotation, ${node} can only create mirror pods`;
  if (spec.nodeName !== own) return `${node} can only create pods with spec.nodeName set to itself`;
  const [owner, ...others] = metadata.ownerReferences ?? [];
  if (others.length > 0) return `${node} can only create pods with a single owner reference set to itself`;
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== own)
    return `${node} can only create pods with an owner reference set to itself`;
  if (owner.controller !== true) return `${node} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) return `${node} must not set blockOwnerDeletion on an owner reference`;
  if (owner.uid !== nodeUid) return `node ${own} UID mismatch: expected ${owner.uid} got ${nodeUid ?? ''}`;
  const [reference] = podReferences({ metadata, spec } as Pod);
  return reference === undefined ? undefined : `${node} can not create pods that reference ${reference.slice(0, reference.indexOf('/'))}`;
}

/** Why a node may not write a Pod or a part of it so; undefined when it may. */
async function podProblem(attributes: AdmissionAttributes, own: string, lookups: Lookups): Promise<string | undefined> {
  const { operation, subresource, object, old, namespace, name, signal } = attributes;
  const node = `node ${quoted(own)}`;
  if (subresource === '') {
    if (operation === 'CREATE') return newPodProblem(object as Pod, own, lookups.cached(nodeKind, '', own)?.metadata.uid);
    if (operation !== 'DELETE') return `unexpected operation "${operation}", ${node} can only create and delete mirror pods`;
    return (old as Pod).spec.nodeName === own ? undefined : `${node} can only delete pods with spec.nodeName set to itself`;
  }
  if (subresource === 'status') {
    if (operation !== 'UPDATE') return `unexpected operation "${operation}"`;
    if ((old as Pod).spec.nodeName !== own) return `${node} can only update pod status for pods with spec.nodeName set to itself`;
    if (!semanticEqual(object?.metadata.labels, old?.metadata.labels)) return `${node} cannot update labels through pod status`;
    return undefined;
  }
  if (subresource !== 'eviction') return `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`;
  const evicted = await lookups.live(podKind, namespace, name, signal);
  if (evicted === undefined) throw notFoundError({ group: '', resource: 'pods' }, name);
  return evicted.spec.nodeName === own ? undefined : `node ${own} can only evict pods with spec.nodeName set to itself`;
}

/** Decides about requests of nodes; lets everybody else's pass. */
export function nodeRestriction(lookups: Lookups): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    handles: (operation) => operation !== 'CONNECT',
    async validate(attributes) {
      const own = nodeOf(attributes.user);
      if (own === undefined) return;
      const { group, resource } = attributes.resource;
      let problem: string | undefined;
      if (own === '') problem = `could not determine node from user ${quoted(attributes.user.name)}`;
      else if (group === '' && resource === 'nodes') problem = nodeProblem(attributes, own);
      else if (group === '' && resource === 'pods') problem = await podProblem(attributes, own, lookups);
      else if ((group === 'storage.k8s.io' && resource === 'csinodes') || (group === 'coordination.k8s.io' && resource === 'leases')) {
        const target = attributes.name !== '' ? attributes.name : (attributes.object?.metadata.name ?? '');
        if (target !== own)
          problem =
            resource === 'leases'
              ? 'can only access node lease with the same name as the requesting node'
              : `can only access CSINode with the same name as the requesting node`;
      }
      if (problem !== undefined) throw admissionForbidden(attributes, problem);
    },
  };
}
