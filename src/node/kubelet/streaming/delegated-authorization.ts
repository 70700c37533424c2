// What a user may do with a kubelet: asked of the API server, as verbs on subresources of its node.

import { subjectAccessReview } from '../../../api/authorization/v1/subject-access-review.ts';
import type { Client } from '../../../client/client.ts';
import type { Clock } from '../../../base/clock.ts';
import { forbiddenError } from '../../../machinery/status-error.ts';
import type { User } from '../../../server/user.ts';
import { AnswerCache } from './answer-cache.ts';

const ALLOWED_MS = 300_000;
const REFUSED_MS = 30_000;
const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** What may be granted without all the rest. */
const FINE = { pods: 'pods', healthz: 'healthz', configz: 'configz', runningpods: 'pods' } as const;
const COARSE = { stats: 'stats', metrics: 'metrics', logs: 'log', checkpoint: 'checkpoint', statusz: 'statusz', flagz: 'configz' } as const;

/** The subresources of which any one suffices. */
export function subresourcesOf(path: string): string[] {
  const [, first = ''] = path.split('/');
  const named = (table: Readonly<Record<string, string>>): string[] => (Object.hasOwn(table, first) ? [table[first] ?? ''] : []);
  const coarse = named(COARSE);
  return [...named(FINE), ...(coarse.length > 0 ? coarse : ['proxy'])];
}

/** Throws 403 unless the user may. */
export type AuthorizeRequest = (user: User, method: string, path: string, signal: AbortSignal) => Promise<void>;

export function createDelegatedAuthorizer({
  client,
  clock,
  nodeName,
}: {
  client: Client;
  clock: Clock;
  nodeName: string;
}): AuthorizeRequest {
  const answers = new AnswerCache<boolean>(clock);
  const ask = async (user: User, verb: string, subresource: string, signal: AbortSignal): Promise<boolean> => {
    const { name, uid, groups, extra } = user;
    const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName };
    const spec = { user: name, uid, groups: [...groups], extra, resourceAttributes };
    const { status } = await client.create(subjectAccessReview, { metadata: {}, spec }, { signal });
    return status.allowed;
  };
  return async (user, method, path, signal) => {
    // The API server itself: it need not be asked about.
    if (user.groups.includes('system:masters')) return;
    const verb = VERBS[method] ?? '';
    const subresources = subresourcesOf(path);
    for (const subresource of subresources) {
      const question = JSON.stringify([user.name, user.uid, user.groups, user.extra, verb, subresource]);
      const allowed = await answers.get(question, async () => {
        const answer = await ask(user, verb, subresource, signal);
        return { answer, keepMs: answer ? ALLOWED_MS : REFUSED_MS };
      });
      if (allowed) return;
    }
    throw forbiddenError(
      { group: '', resource: 'nodes' },
      nodeName,
      `User ${JSON.stringify(user.name)} cannot ${verb} resource "nodes/${subresources.at(-1)}"`,
    );
  };
}
