// ServiceAccount: gives each Pod an account, and its containers the account's token.
// See https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

import { serviceAccount as serviceAccountKind } from '../../../api/core/v1/service-account.ts';
import type { ServiceAccount } from '../../../api/core/v1/service-account.ts';
import type { Container } from '../../../api/core/v1/container.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Volume } from '../../../api/core/v1/volume.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { admissionForbidden } from '../../../server/admission.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../../../server/admission.ts';
import type { Lookups } from '../../../server/lookups.ts';
import { podOf } from './pod-admission.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const TOKEN_SECONDS = 3607;
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
/** A new namespace gets its account a moment after it is made. */
const ATTEMPTS = 10;
const RETRY_MS = 100;

/** The projected volume with which containers reach the API: a token, the cluster's authority and the namespace. */
function tokenVolume(name: string): Draft<Volume> {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 420,
    },
  };
}

const mountsToken = (container: Draft<Container>): boolean =>
  (container.volumeMounts ?? []).some(({ mountPath }) => mountPath === TOKEN_PATH);

function mountToken(pod: Draft<Pod>, random: Random): void {
  const { spec } = pod;
  const containers = [...(spec.initContainers ?? []), ...spec.containers].filter((container) => !mountsToken(container));
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(VOLUME_PREFIX));
  const name = existing?.name ?? `${VOLUME_PREFIX}${random.suffix(5)}`;
  if (containers.length === 0) return;
  for (const container of containers)
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: TOKEN_PATH }];
  if (existing === undefined) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

function refuseMirror(pod: Draft<Pod>, attributes: AdmissionAttributes): void {
  if ((pod.spec.serviceAccountName ?? '') !== '') throw admissionForbidden(attributes, 'a mirror pod may not reference service accounts');
  if ((pod.spec.volumes ?? []).some((volume) => volume.secret !== undefined))
    throw admissionForbidden(attributes, 'a mirror pod may not reference secrets');
}

export interface ServiceAccountAdmissionParts {
  readonly lookups: Lookups;
  readonly clock: Clock;
  readonly random: Random;
}

async function accountOf(
  namespace: string,
  name: string,
  { lookups, clock }: ServiceAccountAdmissionParts,
  signal: AbortSignal,
): Promise<ServiceAccount | undefined> {
  for (let attempt = 0; ; attempt++) {
    const found = lookups.cached(serviceAccountKind, namespace, name) ?? (await lookups.live(serviceAccountKind, namespace, name, signal));
    if (found !== undefined || name !== 'default' || attempt === ATTEMPTS) return found;
    await clock.sleep(RETRY_MS, signal);
  }
}

export function serviceAccount(parts: ServiceAccountAdmissionParts): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    handles: (operation) => operation === 'CREATE',
    async mutate(attributes) {
      const pod = podOf(attributes);
      if (pod === undefined) return;
      if (pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) return refuseMirror(pod, attributes);
      const { spec } = pod;
      if ((spec.serviceAccountName ?? '') === '') spec.serviceAccountName = 'default';
      // The deprecated twin of the field is kept equal, as old clients read it.
      spec.serviceAccount = spec.serviceAccountName ?? 'default';
      const name = spec.serviceAccountName ?? 'default';
      const account = await accountOf(attributes.namespace, name, parts, attributes.signal);
      if (account === undefined)
        throw admissionForbidden(
          attributes,
          `error looking up service account ${attributes.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
        );
      if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod, parts.random);
      if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets !== undefined)
        spec.imagePullSecrets = account.imagePullSecrets.map((each) => ({ ...each }));
    },
  };
}
