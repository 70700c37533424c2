// The environment of a container: ConfigMaps and Secrets as a whole, then its own variables in order, then Services that nothing else names.
//
// V1. A later variable of the same name replaces an earlier one, and may refer to those before it.
// V2. ConfigMaps and Secrets are read when the container is made, each once.

import type { EnvFromSource, EnvVar, EnvVarSource } from '../../../api/core/v1/environment.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { service } from '../../../api/core/v1/service.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Outcome } from '../../../machinery/outcome.ts';
import { failure, success } from '../../../machinery/outcome.ts';
import type { AnyContainer, Configured, ContainerEnvironment, KubeletParts, PodAddresses, Variable } from '../seams.ts';
import { containerResource } from './container-resource.ts';
import { expand } from './expansion.ts';
import { variableField } from './pod-field.ts';
import { missingObject, readingProblem, readReferenced } from './referenced-data.ts';
import type { ReferencedData, ReferencedKind } from './referenced-data.ts';
import { serviceVariables } from './service-variables.ts';

/** What a container gets to know of its surroundings. */
export function createContainerEnvironment(parts: KubeletParts): ContainerEnvironment {
  const services = parts.informers.of(service);
  return {
    async of(pod, container, addresses, signal): Promise<Configured<readonly Variable[]>> {
      await services.whenSynced(signal);
      const { metadata, spec } = pod;
      const links = serviceVariables(services.list(), metadata.namespace ?? '', spec.enableServiceLinks !== false);
      const made = await new Making(parts, pod, container, addresses, signal).variables(links);
      return made.ok ? made : { ok: false, reason: 'CreateContainerConfigError', message: made.error };
    },
  };
}

/** An answer of undefined: the variable is optional, and is left out. */
type Found = Outcome<string | undefined>;

class Making {
  readonly #parts: KubeletParts;
  readonly #pod: Pod;
  readonly #container: AnyContainer;
  readonly #addresses: PodAddresses;
  readonly #signal: AbortSignal;
  readonly #read = new Map<string, ReferencedData | undefined>();

  constructor(parts: KubeletParts, pod: Pod, container: AnyContainer, addresses: PodAddresses, signal: AbortSignal) {
    this.#parts = parts;
    this.#pod = pod;
    this.#container = container;
    this.#addresses = addresses;
    this.#signal = signal;
  }

  async variables(links: readonly Variable[]): Promise<Outcome<readonly Variable[]>> {
    const own = new Map<string, string>();
    for (const source of this.#container.envFrom ?? []) {
      const problem = await this.#addAll(source, own);
      if (problem !== undefined) return failure(problem);
    }
    const known = new Map([...links.map(({ name, value }): [string, string] => [name, value]), ...own]);
    for (const variable of this.#container.env ?? []) {
      const value = await this.#valueOf(variable, known);
      if (!value.ok) return value;
      if (value.value === undefined) continue;
      own.set(variable.name, value.value);
      known.set(variable.name, value.value);
    }
    for (const { name, value } of links) if (!own.has(name)) own.set(name, value);
    return success([...own].map(([name, value]) => ({ name, value })));
  }

  async #addAll({ prefix = '', configMapRef, secretRef }: EnvFromSource, into: Map<string, string>): Promise<string | undefined> {
    const ref = configMapRef ?? secretRef;
    if (ref === undefined) return undefined;
    const found = await this.#object(configMapRef === undefined ? 'Secret' : 'ConfigMap', ref.name ?? '', ref.optional === true);
    if (!found.ok) return found.error;
    for (const [key, value] of found.value?.text ?? []) into.set(prefix + key, value.toString());
    return undefined;
  }

  async #valueOf({ value = '', valueFrom }: EnvVar, known: ReadonlyMap<string, string>): Promise<Found> {
    if (value !== '' || valueFrom === undefined) return success(expand(value, known));
    const { fieldRef, resourceFieldRef } = valueFrom;
    if (fieldRef !== undefined) return variableField(this.#pod, fieldRef.fieldPath, this.#addresses);
    if (resourceFieldRef !== undefined) return containerResource(resourceFieldRef, this.#pod, this.#container, this.#parts.node());
    return this.#keyOf(valueFrom);
  }

  async #keyOf({ configMapKeyRef, secretKeyRef, fileKeyRef }: EnvVarSource): Promise<Found> {
    if (fileKeyRef !== undefined) return failure('fileKeyRef is not supported');
    const ref = configMapKeyRef ?? secretKeyRef;
    if (ref === undefined) return success('');
    const kind = configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
    const { name = '', key, optional = false } = ref;
    const found = await this.#object(kind, name, optional);
    if (!found.ok || found.value === undefined) return found.ok ? success(undefined) : found;
    const value = found.value.text.get(key);
    if (value !== undefined) return success(value.toString());
    return optional ? success(undefined) : failure(`couldn't find key ${key} in ${kind} ${this.#pod.metadata.namespace ?? ''}/${name}`);
  }

  /** The object's data; undefined where it is missing and may be. */
  async #object(kind: ReferencedKind, name: string, optional: boolean): Promise<Outcome<ReferencedData | undefined>> {
    const id = `${kind}/${name}`;
    try {
      // V2
      if (!this.#read.has(id))
        this.#read.set(id, await readReferenced(this.#parts.client, kind, this.#pod.metadata.namespace ?? '', name, this.#signal));
    } catch (error) {
      if (isAbort(error, this.#signal)) throw error;
      return failure(readingProblem(error));
    }
    const data = this.#read.get(id);
    return data === undefined && !optional ? failure(missingObject(kind, name)) : success(data);
  }
}
