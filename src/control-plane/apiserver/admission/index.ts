// The admission plugins of this server, in the order in which they run.

import type { AdmissionPlugin } from '../../../server/admission.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { priority } from './priority.ts';
import { serviceAccount } from './service-account.ts';
import type { ServiceAccountAdmissionParts } from './service-account.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

/** All plugins that are on by default. */
export const createAdmission = (parts: ServiceAccountAdmissionParts): readonly AdmissionPlugin[] => [
  namespaceLifecycle(parts.lookups),
  nodeRestriction(parts.lookups),
  serviceAccount(parts),
  taintNodesByCondition,
  priority(parts.lookups),
  defaultTolerationSeconds,
];
