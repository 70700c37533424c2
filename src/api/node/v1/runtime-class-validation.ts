// Checks of RuntimeClasses: a handler that stays, overhead and scheduling of the Pods that use it.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { validateLabels } from '../../../machinery/formats/label.ts';
import { duplicate, required } from '../../../machinery/problem.ts';
import { validateContainerResources } from '../../core/v1/resource-validation.ts';
import { validateTolerations } from '../../core/v1/toleration-validation.ts';
import { complaints, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Overhead, Scheduling } from './runtime-class.ts';

interface RuntimeClassFields {
  readonly handler: string;
  readonly overhead?: Overhead | undefined;
  readonly scheduling?: Scheduling | undefined;
}

/** Checks a class, or that its handler stays. */
export function* validateRuntimeClass(next: RuntimeClassFields, old: RuntimeClassFields | undefined, at: FieldPath): Problems {
  const { handler, overhead, scheduling } = next;
  if (old !== undefined) return yield* unchanged(at.child('handler'), handler, old.handler);
  if (handler === '') yield required(at.child('handler'));
  else yield* complaints(at.child('handler'), handler, checkDns1123Label(handler));
  if (overhead !== undefined) {
    const surroundings = { claimNames: new Set<string>(), allowIndivisibleHugePages: false };
    yield* validateContainerResources({ limits: overhead.podFixed }, surroundings, at.child('overhead'));
  }
  if (scheduling === undefined) return;
  const here = at.child('scheduling');
  yield* validateLabels(scheduling.nodeSelector, here.child('nodeSelector'));
  const { tolerations = [] } = scheduling;
  yield* validateTolerations(tolerations, false, here.child('tolerations'));
  for (const [index, each] of tolerations.entries()) {
    const { tolerationSeconds: _seconds, ...key } = each;
    const earlier = tolerations.slice(0, index).map(({ tolerationSeconds: _other, ...rest }) => rest);
    if (earlier.some((other) => semanticEqual(other, key)))
      yield duplicate(here.child('tolerations').index(index), internalToleration(each));
  }
}

const internalToleration = (toleration: NonNullable<Scheduling['tolerations']>[number]): object => ({
  Key: toleration.key ?? '',
  Operator: toleration.operator ?? '',
  Value: toleration.value ?? '',
  Effect: toleration.effect ?? '',
  TolerationSeconds: toleration.tolerationSeconds ?? null,
});
