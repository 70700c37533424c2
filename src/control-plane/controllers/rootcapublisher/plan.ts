// The ConfigMap by which Pods learn whom to trust as the API server.

import type { ConfigMap } from '../../../api/core/v1/config-map.ts';
import type { Sparse } from '../../../client/sparse.ts';
import { semanticEqual } from '../../../machinery/equality.ts';

export const ROOT_CA_CONFIG_MAP = 'kube-root-ca.crt';
const DESCRIPTION_ANNOTATION = 'kubernetes.io/description';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';

/** The ConfigMap as it should be; undefined where `present` is right. */
export function plan(namespace: string, rootCa: string, present: ConfigMap | undefined): Sparse<ConfigMap> | undefined {
  const data = { 'ca.crt': rootCa };
  const annotations = { ...present?.metadata.annotations, [DESCRIPTION_ANNOTATION]: DESCRIPTION };
  if (present === undefined) return { metadata: { name: ROOT_CA_CONFIG_MAP, namespace, annotations }, data };
  const described = (present.metadata.annotations?.[DESCRIPTION_ANNOTATION] ?? '') !== '';
  if (described && semanticEqual(present.data ?? {}, data)) return undefined;
  return { ...present, metadata: { ...present.metadata, annotations }, data };
}
