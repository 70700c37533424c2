// Services and the Pods they select, both ways.

import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { service } from '../../api/core/v1/service.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { labelSelectorFromMap } from '../../machinery/selectors/label-selector.ts';
import { cacheKey } from '../informer.ts';
import type { Change } from '../informer.ts';
import type { Informers } from '../informers.ts';

/** The Pods that the Service selects, by name; none where it has no selector. */
export function podsSelectedBy(selecting: Service, informers: Informers): Pod[] {
  const { selector } = selecting.spec;
  if (selector === undefined) return [];
  const compiled = labelSelectorFromMap(selector);
  const selected = [...informers.of(pod).inNamespace(selecting.metadata.namespace ?? '')].filter(({ metadata }) =>
    compiled.matches(metadata.labels),
  );
  return selected.sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
}

/** Keys of the Services that select the Pod, or did before it changed. */
export function* selectingServices({ object, previous }: Change<Pod>, informers: Informers): Generator<string> {
  for (const each of informers.of(service).inNamespace(object.metadata.namespace ?? '')) {
    if (each.spec.selector === undefined) continue;
    const selector = labelSelectorFromMap(each.spec.selector);
    if (selector.matches(object.metadata.labels) || (previous !== undefined && selector.matches(previous.metadata.labels))) {
      yield cacheKey(each.metadata.namespace, each.metadata.name ?? '');
    }
  }
}
