// What admission plugins for Pods share: is this write about a Pod itself, and which?

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Draft } from '../../../machinery/schema.ts';
import type { AdmissionAttributes } from '../../../server/admission.ts';

/** The Pod being written through its main endpoint; undefined for anything else. */
export function podOf({ resource, subresource, object }: AdmissionAttributes): Draft<Pod> | undefined {
  const isPod = resource.group === '' && resource.resource === 'pods' && subresource === '';
  return isPod && object !== undefined ? (object as Draft<Pod>) : undefined;
}
