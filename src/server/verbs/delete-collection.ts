// DELETECOLLECTION: deletes what a list would show, one object after another; not atomic, as upstream's is not.

import { isStatus } from '../../machinery/status-error.ts';
import type { ApiResponse } from '../api-request.ts';
import { deleteOptionsOf } from '../request-options.ts';
import type { Scope } from '../scope.ts';
import { deleteNamed } from './delete.ts';
import { listOptionsOf } from './list-options.ts';
import { listBody, listPage } from './list.ts';
import { Selection } from './selection.ts';

/** How many deletions run at once: enough to share the store's syncs. */
const AT_ONCE = 16;

export async function deleteCollection(scope: Scope): Promise<ApiResponse> {
  const options = deleteOptionsOf(scope.request);
  const page = await listPage(scope, new Selection(scope), listOptionsOf(scope.request, 'list'));
  const waiting = page.items.values();
  const worker = async (): Promise<void> => {
    for (const { header } of waiting) {
      scope.request.signal.throwIfAborted();
      try {
        await deleteNamed(scope, header.name, header.namespace, options);
      } catch (error) {
        if (!isStatus(error, 'NotFound')) throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { status: 200, body: listBody(scope, page) };
}
