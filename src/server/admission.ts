// Admission: plugins that see a write between authorization and commit, change its object, or refuse it.
//
// A1. Mutating plugins may run again for one request (a conflict starts the write anew); they must come to the same end.
// A2. Plugins see the hub version. They refuse by throwing a StatusError.

import type { GroupVersionKind, KubeObject } from '../machinery/kind.ts';
import type { Draft } from '../machinery/schema.ts';
import { forbiddenError } from '../machinery/status-error.ts';
import type { StatusError } from '../machinery/status-error.ts';
import type { User } from './user.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What a plugin may know of a write. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subresource: string;
  readonly kind: GroupVersionKind;
  readonly namespace: string;
  /** '' while a generated name is not known yet. */
  readonly name: string;
  /** The object to be written; `mutate` changes it in place. Absent on delete. */
  readonly object: Draft<KubeObject> | undefined;
  readonly old: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  /** The request's options (CreateOptions, DeleteOptions …) as far as they were given. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  warn(text: string): void;
}

export interface AdmissionPlugin {
  readonly name: string;
  handles(operation: AdmissionOperation): boolean;
  mutate?(attributes: AdmissionAttributes): Promise<void> | void;
  validate?(attributes: AdmissionAttributes): Promise<void> | void;
}

/** Runs plugins in the order of their list; the first refusal wins. */
export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) {
      if (plugin.mutate !== undefined && plugin.handles(attributes.operation)) await plugin.mutate(attributes);
    }
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) {
      if (plugin.validate !== undefined && plugin.handles(attributes.operation)) await plugin.validate(attributes);
    }
  }
}

/** The refusal of a plugin, worded as upstream words it. */
export function admissionForbidden({ resource, name, object }: AdmissionAttributes, because: string): StatusError {
  const shown = name !== '' ? name : (object?.metadata.name ?? object?.metadata.generateName ?? 'Unknown');
  return forbiddenError({ group: resource.group, resource: resource.resource }, shown === '' ? 'Unknown' : shown, because);
}
