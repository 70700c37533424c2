// A Pod as its rules see it. The kind is built of these rules, so they cannot name its type.

import type { KubeObject } from '../../../machinery/kind.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodStatus } from './pod-status.ts';

/** What `Pod` is, structurally. */
export interface PodObject extends KubeObject {
  readonly spec: PodSpec;
  readonly status: PodStatus;
}
