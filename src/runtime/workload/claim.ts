// Which objects a controller's object takes for its own: orphans that match are adopted, owned ones that no longer match released.
//
// M1. Every patch names the uid of the object it means, so that a namesake made meanwhile is never touched.
// M2. Before the first adoption the owner is read live: an owner that is gone or going adopts nothing.

import type { Client } from '../../client/client.ts';
import { keyOf } from '../../client/client.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import { isStatus } from '../../machinery/status-error.ts';
import type { Informers } from '../informers.ts';
import { controllerOf, controllerReference } from './ownership.ts';

/** What becomes of one candidate. */
export type Claim = 'keep' | 'adopt' | 'release' | 'ignore';

/** Decides on one candidate; `matches`: whether the owner's selector wants it. */
export function decideClaim(owner: KubeObject, candidate: KubeObject, matches: boolean): Claim {
  const controller = controllerOf(candidate);
  const ownerIsGoing = owner.metadata.deletionTimestamp !== undefined;
  if (controller !== undefined) {
    if (controller.uid !== owner.metadata.uid) return 'ignore';
    if (matches) return 'keep';
    return ownerIsGoing ? 'ignore' : 'release';
  }
  return matches && !ownerIsGoing && candidate.metadata.deletionTimestamp === undefined ? 'adopt' : 'ignore';
}

export interface ClaimRequest<O extends KubeObject, T extends KubeObject> {
  readonly owner: O;
  readonly ownerKind: Kind<O>;
  readonly kind: Kind<T>;
  readonly candidates: Iterable<T>;
  matches(candidate: T): boolean;
  /** Put on what is adopted, taken off what is released. */
  readonly finalizer?: string;
}

const ORPHANS = 'orphans';

/** Objects in the owner's namespace that it controls, and those that nobody controls. */
export function claimCandidates<T extends KubeObject>(informers: Informers, kind: Kind<T>, owner: KubeObject): T[] {
  const informer = informers.of(kind);
  informer.addIndex(ORPHANS, (object) => (controllerOf(object) === undefined ? [object.metadata.namespace ?? ''] : []));
  return [...informers.ownedBy(kind, owner.metadata.uid ?? ''), ...informer.byIndex(ORPHANS, owner.metadata.namespace ?? '')];
}

/** Carries the decisions out; gives what the owner has afterwards. Throws the first refusal after all were tried. */
export async function claim<O extends KubeObject, T extends KubeObject>(
  request: ClaimRequest<O, T>,
  client: Client,
  signal: AbortSignal,
): Promise<T[]> {
  const { owner, candidates, kind, finalizer } = request;
  const claimed: T[] = [];
  const refusals: unknown[] = [];
  let checked: Promise<void> | undefined;
  for (const candidate of candidates) {
    const decision = decideClaim(owner, candidate, request.matches(candidate));
    if (decision === 'keep') claimed.push(candidate);
    if (decision === 'keep' || decision === 'ignore') continue;
    try {
      if (decision === 'adopt') {
        await (checked ??= mayAdopt(request, client, signal));
        claimed.push(await client.patch(kind, keyOf(candidate), adoption(owner, candidate, finalizer), { type: 'strategic', signal }));
      } else {
        await client.patch(kind, keyOf(candidate), releasePatch(owner, candidate, finalizer), { type: 'strategic', signal });
      }
    } catch (error) {
      // Gone, or replaced by a namesake: nothing is left to adopt or release.
      const settled = isStatus(error, 'NotFound') || (decision === 'release' && isStatus(error, 'Invalid'));
      if (!settled) refusals.push(error);
    }
  }
  if (refusals.length > 0) throw refusals[0];
  return claimed;
}

function adoption(owner: KubeObject, candidate: KubeObject, finalizer: string | undefined): object {
  return {
    metadata: {
      ownerReferences: [controllerReference(owner)],
      uid: candidate.metadata.uid,
      ...(finalizer === undefined ? {} : { finalizers: [finalizer] }),
    },
  };
}

/** Takes the owner's reference off the candidate. */
export function releasePatch(owner: KubeObject, candidate: KubeObject, finalizer?: string): object {
  return {
    metadata: {
      uid: candidate.metadata.uid,
      ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }],
      ...(finalizer === undefined ? {} : { '$deleteFromPrimitiveList/finalizers': [finalizer] }),
    },
  };
}

async function mayAdopt<O extends KubeObject>(
  { owner, ownerKind }: Pick<ClaimRequest<O, KubeObject>, 'owner' | 'ownerKind'>,
  client: Client,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, uid } = owner.metadata;
  const fresh = await client.get(ownerKind, keyOf(owner), { signal });
  if (fresh.metadata.uid !== uid)
    throw new Error(`original ${ownerKind.kind} ${namespace}/${name} not found: got uid ${fresh.metadata.uid}, wanted ${uid}`);
  if (fresh.metadata.deletionTimestamp !== undefined)
    throw new Error(`${namespace}/${name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
}
