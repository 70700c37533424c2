// When a Pod must leave a tainted node.

import { toleratesTaint } from '../../../api/core/v1/toleration-match.ts';
import type { Taint, Toleration } from '../../../api/core/v1/toleration.ts';

/** `never`, or how long after the taints were first seen. */
export type Stay = { readonly evicted: false } | { readonly evicted: true; readonly afterMs: number };

/** Only taints that evict count; the shortest of the tolerations that are needed decides. */
export function plan(taints: readonly Taint[] | undefined, tolerations: readonly Toleration[] | undefined): Stay {
  const evicting = (taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  if (evicting.length === 0) return { evicted: false };
  const used = evicting.map((taint) => (tolerations ?? []).find((toleration) => toleratesTaint(toleration, taint)));
  if (used.includes(undefined)) return { evicted: true, afterMs: 0 };
  const limits = used.flatMap((toleration) =>
    toleration?.tolerationSeconds === undefined ? [] : [Math.max(0, Number(toleration.tolerationSeconds) * 1000)],
  );
  return limits.length === 0 ? { evicted: false } : { evicted: true, afterMs: Math.min(...limits) };
}
