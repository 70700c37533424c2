// What requests to act on Pods, nodes and Services may ask for.

import { defineKind } from '../../../machinery/kind.ts';
import { boolean, int32, int64, list, string, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const podAttachOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodAttachOptions',
  plural: 'podattachoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PodAttachOptions',
  fields: {
    stdin: boolean({ pb: 1 }),
    stdout: boolean({ pb: 2 }),
    stderr: boolean({ pb: 3 }),
    tty: boolean({ pb: 4 }),
    container: string({ pb: 5 }),
  },
});
export interface PodAttachOptions extends Infer<typeof podAttachOptions> {}

export const podExecOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodExecOptions',
  plural: 'podexecoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PodExecOptions',
  fields: {
    stdin: boolean({ pb: 1 }),
    stdout: boolean({ pb: 2 }),
    stderr: boolean({ pb: 3 }),
    tty: boolean({ pb: 4 }),
    container: string({ pb: 5 }),
    command: list(string(), { presence: 'always', pb: 6 }),
  },
});
export interface PodExecOptions extends Infer<typeof podExecOptions> {}

export const podLogOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodLogOptions',
  plural: 'podlogoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PodLogOptions',
  fields: {
    container: string({ pb: 1 }),
    follow: boolean({ pb: 2 }),
    previous: boolean({ pb: 3 }),
    sinceSeconds: int64({ presence: 'pointer', pb: 4 }),
    sinceTime: time({ presence: 'pointer', pb: 5 }),
    timestamps: boolean({ pb: 6 }),
    tailLines: int64({ presence: 'pointer', pb: 7 }),
    limitBytes: int64({ presence: 'pointer', pb: 8 }),
    insecureSkipTLSVerifyBackend: boolean({ pb: 9 }),
    stream: string({ presence: 'pointer', pb: 10 }),
  },
});
export interface PodLogOptions extends Infer<typeof podLogOptions> {}

export const podPortForwardOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodPortForwardOptions',
  plural: 'podportforwardoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PodPortForwardOptions',
  fields: {
    ports: list(int32(), { pb: 1 }),
  },
});
export interface PodPortForwardOptions extends Infer<typeof podPortForwardOptions> {}

export const podProxyOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodProxyOptions',
  plural: 'podproxyoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PodProxyOptions',
  fields: {
    path: string({ pb: 1 }),
  },
});
export interface PodProxyOptions extends Infer<typeof podProxyOptions> {}

export const nodeProxyOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'NodeProxyOptions',
  plural: 'nodeproxyoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.NodeProxyOptions',
  fields: {
    path: string({ pb: 1 }),
  },
});
export interface NodeProxyOptions extends Infer<typeof nodeProxyOptions> {}

export const serviceProxyOptions = defineKind({
  group: '',
  version: 'v1',
  kind: 'ServiceProxyOptions',
  plural: 'serviceproxyoptions',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.ServiceProxyOptions',
  fields: {
    path: string({ pb: 1 }),
  },
});
export interface ServiceProxyOptions extends Infer<typeof serviceProxyOptions> {}
