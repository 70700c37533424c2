// The environment for a kubelet that was given no other source of it: literal variables only.

import { expand } from './config/expansion.ts';
import type { ContainerEnvironment } from './seams.ts';

export const builtinEnvironment: ContainerEnvironment = {
  of(_pod, container) {
    const values = new Map<string, string>();
    for (const { name, value = '' } of container.env ?? []) values.set(name, expand(value, (key) => values.get(key)));
    return Promise.resolve({ ok: true, value: [...values].map(([name, value]) => ({ name, value })) });
  },
};
