// How a webhook is reached.

import { bytes, field, int32, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const serviceReference = struct(
  'io.k8s.api.admissionregistration.v1.ServiceReference',
  {
    namespace: string({ presence: 'always', pb: 1, required: 'published' }),
    name: string({ presence: 'always', pb: 2, required: 'published' }),
    path: string({ presence: 'pointer', pb: 3 }),
    port: int32({ presence: 'pointer', pb: 4 }),
  },
  {
    defaults(self) {
      self.port ??= 443;
    },
  },
);
export interface ServiceReference extends Infer<typeof serviceReference> {}

export const webhookClientConfig = struct('io.k8s.api.admissionregistration.v1.WebhookClientConfig', {
  url: string({ presence: 'pointer', pb: 3 }),
  service: field(serviceReference, { presence: 'pointer', pb: 1 }),
  caBundle: bytes({ pb: 2 }),
});
export interface WebhookClientConfig extends Infer<typeof webhookClientConfig> {}
