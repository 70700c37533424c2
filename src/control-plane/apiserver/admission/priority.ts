// Priority: turns the name of a PriorityClass into the number and the preemption policy that the scheduler goes by.
// See https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/

import { priorityClass } from '../../../api/scheduling/v1/priority-class.ts';
import type { PriorityClass } from '../../../api/scheduling/v1/priority-class.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { admissionForbidden } from '../../../server/admission.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../../../server/admission.ts';
import type { Lookups } from '../../../server/lookups.ts';
import { podOf } from './pod-admission.ts';

const DEFAULT_POLICY = 'PreemptLowerPriority';

/** The class for Pods that name none: of those marked as default, the lowest. */
function defaultClass(lookups: Lookups): PriorityClass | undefined {
  return lookups
    .cachedList(priorityClass)
    .filter((each) => each.globalDefault === true)
    .toSorted((a, b) => a.value - b.value)[0];
}

async function admitPod(pod: Draft<Pod>, attributes: AdmissionAttributes, lookups: Lookups): Promise<void> {
  const { spec } = pod;
  let found: PriorityClass | undefined;
  if ((spec.priorityClassName ?? '') === '') {
    found = defaultClass(lookups);
    if (found?.metadata.name !== undefined) spec.priorityClassName = found.metadata.name;
  } else {
    const name = spec.priorityClassName ?? '';
    found = lookups.cached(priorityClass, '', name) ?? (await lookups.live(priorityClass, '', name, attributes.signal));
    if (found === undefined) throw admissionForbidden(attributes, `no PriorityClass with name ${name} was found`);
  }
  const priority = found?.value ?? 0;
  const policy = found?.preemptionPolicy ?? DEFAULT_POLICY;
  if (spec.priority !== undefined && spec.priority !== priority) {
    throw admissionForbidden(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw admissionForbidden(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.priority = priority;
  spec.preemptionPolicy = policy;
}

function checkClass(object: Draft<PriorityClass>, attributes: AdmissionAttributes, lookups: Lookups): void {
  if (object.globalDefault !== true) return;
  const other = lookups
    .cachedList(priorityClass)
    .find((each) => each.globalDefault === true && each.metadata.name !== object.metadata.name);
  if (other !== undefined)
    throw admissionForbidden(attributes, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
}

export function priority(lookups: Lookups): AdmissionPlugin {
  return {
    name: 'Priority',
    handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
    async mutate(attributes) {
      const pod = podOf(attributes);
      if (pod === undefined) return;
      if (attributes.operation === 'CREATE') return admitPod(pod, attributes, lookups);
      // A client that does not know these fields must not clear them.
      const old = attributes.old as Pod | undefined;
      if (pod.spec.priority === undefined && old?.spec.priority !== undefined) pod.spec.priority = old.spec.priority;
      if (pod.spec.preemptionPolicy === undefined && old?.spec.preemptionPolicy !== undefined)
        pod.spec.preemptionPolicy = old.spec.preemptionPolicy;
    },
    validate(attributes) {
      const { group, resource } = attributes.resource;
      if (group !== 'scheduling.k8s.io' || resource !== 'priorityclasses' || attributes.object === undefined) return;
      checkClass(attributes.object as Draft<PriorityClass>, attributes, lookups);
    },
  };
}
