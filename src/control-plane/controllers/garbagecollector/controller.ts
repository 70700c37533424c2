// Garbage collector: deletes what has lost all its owners, and carries out foreground deletion and orphaning.
//
// C1. The graph only says where to look: before anything is deleted, the object and its owners are read live, by uid.
// C2. Every write names the uid and the revision that the decision was made on.

import type { ControllerParts } from '../../../runtime/controller.ts';
import { customResourceDefinition } from '../../../api/apiextensions/v1/custom-resource-definition.ts';
import { event } from '../../../api/core/v1/event.ts';
import { isAbort, TaskScope } from '../../../base/abort.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import type { OwnerReference } from '../../../machinery/object-meta.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { Informer } from '../../../runtime/informer.ts';
import type { Change } from '../../../runtime/informer.ts';
import { WorkQueue } from '../../../runtime/work-queue.ts';
import { builtInKinds, customKindOf, kindNamed } from '../../../runtime/workload/all-kinds.ts';
import { blockingDependents, FOREGROUND, ORPHAN, OwnershipGraph } from './graph.ts';
import type { Effects, GraphNode, Identity } from './graph.ts';
import { judge, stateOfOwner } from './plan.ts';
import type { ClassifiedOwner } from './plan.ts';

const WORKERS = 10;

/** Runs until the signal fires. */
export const garbageCollector = {
  name: 'garbage-collector-controller',
  run: (parts: ControllerParts, signal: AbortSignal): Promise<void> => new GarbageCollector(parts, signal).run(),
} as const;

class GarbageCollector {
  readonly #parts: ControllerParts;
  readonly #tasks: TaskScope;
  readonly #graph = new OwnershipGraph();
  readonly #toDelete: WorkQueue;
  readonly #toOrphan: WorkQueue;
  readonly #custom = new Map<string, { readonly id: string; readonly end: AbortController }>();

  constructor(parts: ControllerParts, signal: AbortSignal) {
    this.#parts = { ...parts, logger: parts.logger.with({ controller: garbageCollector.name }) };
    this.#tasks = new TaskScope(signal, (error) => this.#parts.logger.error('the garbage collector failed', { error }));
    this.#toDelete = new WorkQueue(parts.clock);
    this.#toOrphan = new WorkQueue(parts.clock);
  }

  async run(): Promise<void> {
    const { informers } = this.#parts;
    const { signal } = this.#tasks;
    const unsubscribe = builtInKinds
      .filter((kind) => kind !== (event as Kind))
      .map((kind) => informers.of(kind).subscribe((change) => this.#see(change)));
    unsubscribe.push(
      informers
        .of(customResourceDefinition)
        .subscribe(({ type, object }) =>
          this.#followCustom(object.metadata.uid ?? '', type === 'deleted' ? undefined : customKindOf(object)),
        ),
    );
    try {
      await informers.whenSynced(signal);
      for (let worker = 0; worker < WORKERS; worker++) this.#tasks.start(() => this.#work(this.#toDelete, (node) => this.#lookInto(node)));
      this.#tasks.start(() => this.#work(this.#toOrphan, (node) => this.#orphan(node)));
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    } catch (error) {
      if (!isAbort(error, signal)) throw error;
    } finally {
      for (const stop of unsubscribe) stop();
      this.#toDelete.close();
      this.#toOrphan.close();
      for (const { end } of this.#custom.values()) end.abort();
      await this.#tasks.end();
    }
  }

  #see({ type, object }: Change<KubeObject>): void {
    this.#take(type === 'deleted' ? this.#graph.forget(object.metadata.uid ?? '') : this.#graph.observe(object));
  }

  #take({ remove, orphan }: Effects): void {
    for (const { identity } of remove) this.#toDelete.add(identity.uid);
    for (const { identity } of orphan) this.#toOrphan.add(identity.uid);
  }

  /** Follows the objects of a custom kind for as long as it is served. */
  #followCustom(uid: string, kind: Kind | undefined): void {
    const id = kind === undefined ? undefined : `${kind.apiVersion}/${kind.plural}`;
    const following = this.#custom.get(uid);
    if (following !== undefined && following.id === id) return;
    following?.end.abort();
    this.#custom.delete(uid);
    if (kind === undefined || id === undefined) return;
    const end = new AbortController();
    this.#custom.set(uid, { id, end });
    const signal = AbortSignal.any([end.signal, this.#tasks.signal]);
    const informer = new Informer(kind, {}, this.#parts);
    informer.subscribe((change) => this.#see(change));
    this.#tasks.start(async () => {
      try {
        await informer.run(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        // The kind is gone, and its objects with it.
        if (!this.#tasks.signal.aborted) for (const object of informer.list()) this.#take(this.#graph.forget(object.metadata.uid ?? ''));
      }
    });
  }

  async #work(queue: WorkQueue, act: (node: GraphNode) => Promise<void>): Promise<void> {
    const { clock, logger } = this.#parts;
    const { signal } = this.#tasks;
    for (let uid = await queue.take(); uid !== undefined; uid = await queue.take()) {
      await clock.yieldTurn();
      const release = clock.hold();
      try {
        const node = this.#graph.get(uid);
        if (node !== undefined) await act(node);
        queue.forget(uid);
      } catch (error) {
        if (isAbort(error, signal)) return;
        if (isStatus(error, 'Conflict')) logger.debug('an object changed while it was looked into', { uid });
        else logger.warn('an object could not be looked into', { uid, error });
        queue.addFailed(uid);
      } finally {
        release();
        queue.done(uid);
      }
    }
  }

  #kindOf({ apiVersion, kind }: Pick<OwnerReference, 'apiVersion' | 'kind'>): Kind {
    const found = kindNamed(apiVersion, kind, this.#parts.informers);
    if (found === undefined) throw new Error(`no kind ${JSON.stringify(kind)} is served in ${JSON.stringify(apiVersion)}`);
    return found;
  }

  /** The live object; undefined when it is gone or another took its name. */
  async #live(identity: Identity): Promise<KubeObject | undefined> {
    const kind = this.#kindOf(identity);
    const namespace = kind.scope === 'Namespaced' ? identity.namespace : '';
    const object = await this.#parts.client.find(kind, { namespace, name: identity.name }, { signal: this.#tasks.signal });
    return object?.metadata.uid === identity.uid ? object : undefined;
  }

  async #lookInto(node: GraphNode): Promise<void> {
    if (node.isBeingDeleted && !node.isDeletingDependents) return;
    const latest = await this.#live(node.identity);
    if (latest === undefined) return this.#take(this.#graph.forget(node.identity.uid));
    // It exists, but no informer has shown it yet: that is a matter of moments.
    if (node.virtual) return this.#take(this.#graph.observe(latest));
    if (node.isDeletingDependents) return this.#awaitDependents(node, latest);
    const owners = await this.#classify(node, latest);
    const dependents = [...node.dependents];
    const verdict = judge(latest, owners, {
      some: dependents.length > 0,
      someDeletingDependents: dependents.some((each) => each.isDeletingDependents),
    });
    if (verdict.act === 'keep') return;
    if (verdict.act === 'detach') {
      await this.#patchOwners(node.identity, latest, (references) => references.filter(({ uid }) => !verdict.uids.includes(uid)));
      return;
    }
    const target = verdict.unblock
      ? await this.#patchOwners(node.identity, latest, (references) => references.map((each) => ({ ...each, blockOwnerDeletion: false })))
      : latest;
    await this.#delete(node.identity, target, verdict.propagationPolicy);
  }

  async #classify(node: GraphNode, latest: KubeObject): Promise<ClassifiedOwner[]> {
    const { client, events } = this.#parts;
    const { namespace } = node.identity;
    const owners: ClassifiedOwner[] = [];
    for (const reference of latest.metadata.ownerReferences ?? []) {
      const kind = this.#kindOf(reference);
      if (namespace === '' && kind.scope === 'Namespaced') {
        events.record(
          latest,
          'Warning',
          'OwnerRefInvalidNamespace',
          `cannot resolve namespaced owner ${printReference(reference)} from cluster-scoped object`,
        );
        // Nobody can tell whether such an owner exists: the object stays.
        return [{ reference, state: 'solid' }];
      }
      const key = { namespace: kind.scope === 'Namespaced' ? namespace : '', name: reference.name };
      const state = stateOfOwner(reference, await client.find(kind, key, { signal: this.#tasks.signal }));
      const elsewhere = state === 'dangling' ? this.#graph.get(reference.uid) : undefined;
      if (
        elsewhere !== undefined &&
        !elsewhere.virtual &&
        elsewhere.identity.namespace !== '' &&
        elsewhere.identity.namespace !== namespace
      ) {
        events.record(
          latest,
          'Warning',
          'OwnerRefInvalidNamespace',
          `ownerRef ${printReference(reference)} does not exist in namespace ${JSON.stringify(namespace)}`,
        );
      }
      owners.push({ reference, state });
    }
    return owners;
  }

  /** Lets the object go once nothing that blocks it is left. */
  async #awaitDependents(node: GraphNode, latest: KubeObject): Promise<void> {
    const blocking = blockingDependents(node);
    if (blocking.length === 0) return this.#removeFinalizer(node.identity, latest, FOREGROUND);
    for (const dependent of blocking) if (!dependent.isDeletingDependents) this.#toDelete.add(dependent.identity.uid);
  }

  async #orphan(node: GraphNode): Promise<void> {
    for (const dependent of [...node.dependents]) {
      const latest = await this.#live(dependent.identity);
      if (latest === undefined) continue;
      await this.#patchOwners(dependent.identity, latest, (references) => references.filter(({ uid }) => uid !== node.identity.uid));
    }
    const latest = await this.#live(node.identity);
    if (latest !== undefined) await this.#removeFinalizer(node.identity, latest, ORPHAN);
  }

  async #removeFinalizer(identity: Identity, latest: KubeObject, finalizer: string): Promise<void> {
    const finalizers = latest.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) return;
    await this.#patch(identity, latest, { finalizers: finalizers.filter((each) => each !== finalizer) });
  }

  #patchOwners(
    identity: Identity,
    latest: KubeObject,
    change: (references: readonly OwnerReference[]) => readonly OwnerReference[],
  ): Promise<KubeObject> {
    return this.#patch(identity, latest, { ownerReferences: change(latest.metadata.ownerReferences ?? []) });
  }

  async #patch(identity: Identity, latest: KubeObject, metadata: object): Promise<KubeObject> {
    const { uid, resourceVersion, namespace = '', name = '' } = latest.metadata;
    try {
      const { client } = this.#parts;
      return await client.patch(
        this.#kindOf(identity),
        { namespace, name },
        { metadata: { uid, resourceVersion, ...metadata } },
        { type: 'merge', signal: this.#tasks.signal },
      );
    } catch (error) {
      if (isStatus(error, 'NotFound')) return latest;
      throw error;
    }
  }

  async #delete(identity: Identity, target: KubeObject, propagationPolicy: 'Foreground' | 'Background' | 'Orphan'): Promise<void> {
    const { uid = '', resourceVersion = '', namespace = '', name = '' } = target.metadata;
    try {
      await this.#parts.client.delete(
        this.#kindOf(identity),
        { namespace, name },
        { uid, resourceVersion, propagationPolicy, signal: this.#tasks.signal },
      );
    } catch (error) {
      if (!isStatus(error, 'NotFound')) throw error;
      this.#take(this.#graph.forget(uid));
    }
  }
}

const printReference = ({ apiVersion, kind, name, uid }: OwnerReference): string => `[${apiVersion}/${kind}, name: ${name}, uid: ${uid}]`;
