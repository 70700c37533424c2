// A resource: the unit of storage, watch and routing. It is served in one or more versions (even of several groups), all
// converted through one hub, the version that is stored.

import type { Kind, KubeObject } from './kind.ts';

/** One version in which a resource is served; versions other than the hub convert to it and back. */
export interface ServedVersion {
  readonly kind: Kind;
  /** Absent on the hub. */
  toHub?(object: KubeObject): KubeObject;
  /** Absent on the hub. */
  fromHub?(object: KubeObject): KubeObject;
}

export interface ResourceDefinition {
  /** `<plural>.<group>` of the hub, `<plural>` for the core group: the name of its caches and metrics. */
  readonly id: string;
  /** Where upstream keeps it below `/registry/` (`minions`, `services/specs`, `deployments`). */
  readonly storageKey: string;
  readonly hub: Kind;
  readonly served: readonly ServedVersion[];
}

/** Defines a resource served as its hub kind alone, or with `others` besides. */
export function defineResource(options: {
  readonly hub: Kind;
  readonly storageKey?: string;
  readonly others?: readonly Required<ServedVersion>[];
}): ResourceDefinition {
  const { hub, others = [] } = options;
  return {
    id: hub.group === '' ? hub.plural : `${hub.plural}.${hub.group}`,
    storageKey: options.storageKey ?? hub.plural,
    hub,
    served: [{ kind: hub }, ...others],
  };
}
