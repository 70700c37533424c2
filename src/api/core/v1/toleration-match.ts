// Which taints of a node a Pod puts up with.

import type { Taint, Toleration } from './toleration.ts';

/** Whether the toleration covers the taint: empty effect or key stand for any. */
export function toleratesTaint({ key = '', operator = '', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  switch (operator) {
    case '':
    case 'Equal':
      return value === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return false;
  }
}

/** Whether some toleration covers the taint. */
export function toleratesTaints(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint));
}

/** The first taint of the given effects that nothing covers. */
export function findUntoleratedTaint(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint | undefined {
  return (taints ?? []).find((taint) => effects.includes(taint.effect) && !toleratesTaints(tolerations, taint));
}

/** Whether the taint keeps new Pods away. */
export const repelsNewPods = ({ effect }: Taint): boolean => effect === 'NoSchedule' || effect === 'NoExecute';
