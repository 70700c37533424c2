// Pods of an everyday size, for figures that need many of them.

import type { Pod } from '../src/api/core/v1/pod.ts';
import type { Sparse } from '../src/client/sparse.ts';

const AT_ONCE = 100;

/** One Pod; nobody schedules it. */
export function samplePod(index: number): Sparse<Pod> {
  const container = {
    name: 'app',
    image: 'registry.example/app:1.2.3',
    ports: [{ containerPort: 80 }],
    env: [{ name: 'MODE', value: 'fast' }],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
    readinessProbe: { httpGet: { path: '/', port: 80 } },
  };
  return {
    metadata: { name: `pod-${index}`, namespace: 'default', labels: { app: 'web', shard: String(index % 10) } },
    spec: { containers: [container] },
  };
}

/** Hands out this many Pods, a hundred at a time. */
export async function samplePods(count: number, create: (pod: Sparse<Pod>) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => create(samplePod(start + index))));
  }
}
