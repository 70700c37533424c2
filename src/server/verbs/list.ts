// LIST: of the cache when any or the newest state will do, of the store's history when a certain revision is asked for.
//
// L1. All items of a list are of one revision, and the pages of a list as well, as long as the store still has it.

import { CompactedError, FutureRevisionError } from '../../store/errors.ts';
import { badRequestError, expiredError, StatusError } from '../../machinery/status-error.ts';
import type { ApiResponse, ResponseBody } from '../api-request.ts';
import type { CachedObject } from '../cache/cached-object.ts';
import { encodedItem, encodedOf, inVersion } from '../encoded.ts';
import type { Scope } from '../scope.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { listOptionsOf } from './list-options.ts';
import type { ListOptions } from './list-options.ts';
import { futureRevisionError, parseResourceVersion, waitForRevision } from './resource-version.ts';
import { Selection } from './selection.ts';

/** What was found: one page of it when there is a limit. */
export interface ListPage {
  readonly revision: number;
  readonly items: readonly CachedObject[];
  readonly continue?: string;
  readonly remaining?: number;
}

const EXPIRED = 'The resourceVersion for the provided list is too old.';
const INCONSISTENT =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
  'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided ' +
  'token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was ' +
  'returned and now may show up in the list.';

/** 410 with a token that goes on at the newest revision. */
function inconsistentError(prefix: string, after: string): StatusError {
  const { code, reason } = expiredError(INCONSISTENT);
  return new StatusError({ code, reason, message: INCONSISTENT, metadata: { continue: encodeContinue(after, prefix, -1) } });
}

interface HistoricPage {
  readonly revision: number;
  readonly after?: string;
  readonly limit: number;
}

/** How many entries of the store are looked at at once when a selector drops some of them. */
const CHUNK = 500;

/** A page at a certain revision, from the store (L1). */
async function pageAt(scope: Scope, selection: Selection, page: HistoricPage): Promise<ListPage> {
  const { cache, parts } = scope;
  const { revision, limit } = page;
  const items: CachedObject[] = [];
  let { after } = page;
  for (;;) {
    const ask = limit === 0 ? undefined : selection.everything ? limit : Math.max(limit, CHUNK);
    const found = await parts.store.list(selection.prefix, { revision, after, limit: ask });
    let left = found.entries.length;
    for (const entry of found.entries) {
      const item = cache.hold(entry);
      left--;
      if (selection.matches(item)) items.push(item);
      after = entry.key;
      if (limit > 0 && items.length === limit) break;
    }
    const more = left + found.remaining;
    if (more === 0) return { revision, items };
    if (limit > 0 && items.length === limit) {
      const token = encodeContinue(after ?? '', selection.prefix, revision);
      return { revision, items, continue: token, ...(selection.everything ? { remaining: more } : {}) };
    }
  }
}

/** A page of what the cache has now. */
function pageOfCache(scope: Scope, selection: Selection, limit: number): ListPage {
  const { revision } = scope.cache;
  const items = selection.list();
  const last = items[limit - 1];
  if (limit === 0 || items.length <= limit || last === undefined) return { revision, items };
  const token = encodeContinue(last.key, selection.prefix, revision);
  return { revision, items: items.slice(0, limit), continue: token, ...(selection.everything ? { remaining: items.length - limit } : {}) };
}

async function historic(scope: Scope, selection: Selection, page: HistoricPage): Promise<ListPage> {
  try {
    return await pageAt(scope, selection, page);
  } catch (error) {
    if (error instanceof FutureRevisionError) throw futureRevisionError(page.revision, error.current);
    if (!(error instanceof CompactedError)) throw error;
    throw page.after === undefined ? expiredError(EXPIRED) : inconsistentError(selection.prefix, page.after);
  }
}

/** The page that the options ask for. */
export async function listPage(scope: Scope, selection: Selection, options: ListOptions): Promise<ListPage> {
  const { cache, request } = scope;
  const { limit, resourceVersion, resourceVersionMatch } = options;
  if (options.continue !== '') {
    const token = decodeContinue(options.continue, selection.prefix);
    if (resourceVersion !== '' && resourceVersion !== '0')
      throw badRequestError('specifying resource version is not allowed when using continue');
    await cache.fresh(request);
    return historic(scope, selection, { revision: token.revision < 0 ? cache.revision : token.revision, after: token.after, limit });
  }
  const parsed = parseResourceVersion(resourceVersion);
  if (!parsed.ok) throw badRequestError(`invalid resource version: ${parsed.error}`);
  const wanted = parsed.value;
  if (wanted === 'newest') {
    await cache.fresh(request);
    return pageOfCache(scope, selection, limit);
  }
  // An explicit revision with a limit means exactly that revision, unless the request says otherwise.
  if (resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && limit > 0 && wanted > 0)) {
    return historic(scope, selection, { revision: wanted, limit });
  }
  await waitForRevision(scope, wanted);
  return pageOfCache(scope, selection, limit);
}

/** The response that shows a page in the request's version. */
export function listBody(scope: Scope, page: ListPage): ResponseBody {
  const { version, kind } = scope.served;
  return {
    kind: 'list',
    of: kind,
    revision: String(page.revision),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
    encodedOf: (object) => encodedOf(object, kind),
    get items() {
      return page.items.map((item) => inVersion(item.object, version));
    },
    get encodedItems() {
      return page.items.map((item) => encodedItem(item, version));
    },
  };
}

export async function list(scope: Scope): Promise<ApiResponse> {
  const options = listOptionsOf(scope.request, 'list');
  return { status: 200, body: listBody(scope, await listPage(scope, new Selection(scope), options)) };
}
