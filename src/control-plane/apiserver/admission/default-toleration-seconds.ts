// DefaultTolerationSeconds: a Pod stays five minutes on a node that is not ready or unreachable, unless it says otherwise.

import type { Toleration } from '../../../api/core/v1/toleration.ts';
import type { AdmissionPlugin } from '../../../server/admission.ts';
import { podOf } from './pod-admission.ts';

const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

function tolerates(tolerations: readonly Toleration[], key: string): boolean {
  return tolerations.some(
    (toleration) =>
      (toleration.key === key || (toleration.key ?? '') === '') && (toleration.effect === 'NoExecute' || (toleration.effect ?? '') === ''),
  );
}

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  mutate(attributes) {
    const pod = podOf(attributes);
    if (pod === undefined) return;
    const tolerations = pod.spec.tolerations ?? [];
    const missing = TAINTS.filter((key) => !tolerates(tolerations, key)).map((key) => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: SECONDS,
    }));
    if (missing.length > 0) pod.spec.tolerations = [...tolerations, ...missing];
  },
};
