// Whether something that happened may make a rejected Pod fit.
//
// H1. Only the plugins that rejected the Pod are asked, and only about events that they named in `retryOn`.
// H2. A node plugin's answer is worked out from its own filter: the Node fits now and did not before.

import type { ClusterEvent, NodePlugin, Plugins, RetryHint } from './framework.ts';
import type { PodInfo } from './pod-info.ts';

const listens = (hints: readonly RetryHint[], { resource, event }: ClusterEvent): boolean =>
  hints.some((hint) => hint.resource === resource && hint.events.includes(event));

function nodePluginHelps({ filter }: NodePlugin, { pod }: PodInfo, event: ClusterEvent): boolean {
  if (event.resource !== 'nodes' || filter === undefined) return true;
  const { object, previous } = event;
  return filter(pod, { node: object }).fits && (previous === undefined || !filter(pod, { node: previous }).fits);
}

/** Whether the Pod, rejected by these plugins, should be tried again after the event. */
export function mayHelp(plugins: Plugins, pod: PodInfo, rejectedBy: ReadonlySet<string>, event: ClusterEvent): boolean {
  // Nobody rejected a Pod for which there was no Node at all.
  if (rejectedBy.size === 0) return event.resource === 'nodes' && event.event === 'add';
  const { node, beforeResources, resource, afterResources } = plugins;
  return (
    node.some((plugin) => rejectedBy.has(plugin.name) && listens(plugin.retryOn, event) && nodePluginHelps(plugin, pod, event)) ||
    [...beforeResources, ...resource, ...afterResources].some(
      (plugin) => rejectedBy.has(plugin.name) && listens(plugin.retryOn, event) && (plugin.helps?.(pod, event) ?? true),
    )
  );
}
