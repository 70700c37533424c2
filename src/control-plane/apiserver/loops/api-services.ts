// An APIService for each group and version that this server answers itself.

import { apiService } from '../../../api/apiregistration/v1/api-service.ts';
import bootstrap from '../bootstrap/api-services.json' with { type: 'json' };
import { ensure } from './ensure.ts';
import type { LoopContext } from './parts.ts';

const labels = { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' };

export async function ensureApiServices(context: LoopContext): Promise<void> {
  await Promise.all(
    bootstrap.map((spec) => {
      const { version } = spec;
      const group = 'group' in spec ? (spec.group ?? '') : '';
      return ensure(context, apiService, { metadata: { name: `${version}.${group}`, labels }, spec: { ...spec, group } });
    }),
  );
}
