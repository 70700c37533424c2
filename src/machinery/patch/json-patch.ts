// JSON Patch after RFC 6902, with the habits of the Go library that upstream applies it with.
//
// J1. The document and the patch are never changed: a container is copied the first time a patch writes into it.
// J2. List positions are whole numbers as Go reads them: `01` and `+1` are 1, negative ones count from the end.
// J3. Copies may add up to a limit, so that a few operations cannot make an endless document.
// J4. A null that an operation put there is told from one that the document had: only the latter equals a missing value.

import { atoiProblem } from '../int-or-string.ts';
import { getOwn, isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { setOwn } from '../string-map.ts';
import { utf8Length } from '../utf8.ts';
import { equalJson } from './merge-patch.ts';

/** More operations than these are refused before any is applied. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;

/** What copies may add, in bytes of JSON: the largest body of a request. */
const DEFAULT_COPY_LIMIT_BYTES = 3 * 1024 * 1024;

export interface JsonPatchOptions {
  /** 0 for no limit (J3). */
  readonly copyLimitBytes?: number;
}

/** Ends the patch; caught at its only door. */
class PatchProblem extends Error {}

const MISSING = 'missing value';
const INVALID_INDEX = 'invalid index referenced';
const TEST_FAILED = 'test failed';

/** J4: a null given by an operation. Replaced by null at the end. */
const GIVEN_NULL = Symbol('null');

type Container = JsonObject | unknown[];
type Operation = JsonObject;

/** The document with the patch applied, or the first reason why not. */
export function applyJsonPatch(document: unknown, patch: unknown, options: JsonPatchOptions = {}): Outcome<unknown> {
  const operations = decodePatch(patch);
  if (!operations.ok) return operations;
  const root = asContainer(document);
  if (root === undefined) return failure(`json: cannot unmarshal ${goKind(document)} into Go value of type jsonpatch.partialDoc`);
  const patcher = new Patcher(root, options.copyLimitBytes ?? DEFAULT_COPY_LIMIT_BYTES);
  try {
    for (const operation of operations.value) patcher.apply(operation);
    return success(patcher.finish());
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    return failure(error.message);
  }
}

/** The operations of a parsed patch; null is a patch without any. */
export function decodePatch(patch: unknown): Outcome<readonly Operation[]> {
  if (patch === null) return success([]);
  if (!Array.isArray(patch)) return failure(`json: cannot unmarshal ${goKind(patch)} into Go value of type jsonpatch.Patch`);
  const items: readonly unknown[] = patch;
  const wrong = items.find((item) => item !== null && !isJsonObject(item));
  if (wrong !== undefined) return failure(`json: cannot unmarshal ${goKind(wrong)} into Go value of type jsonpatch.Operation`);
  return success(items.map((item) => (isJsonObject(item) ? item : {})));
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
}

const asContainer = (value: unknown): Container | undefined => {
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    return list;
  }
  return isJsonObject(value) ? value : undefined;
};

/** Where an operation points: the container, by its last key. */
interface Target {
  readonly container: Container;
  readonly key: string;
}

class Patcher {
  #root: Container;
  readonly #copyLimitBytes: number;
  #copiedBytes = 0;
  /** The containers that are our own copies (J1). */
  readonly #owned = new WeakSet<Container>();
  #gaveNull = false;

  constructor(root: Container, copyLimitBytes: number) {
    this.#root = root;
    this.#copyLimitBytes = copyLimitBytes;
  }

  finish(): unknown {
    return this.#gaveNull ? withNulls(this.#root) : this.#root;
  }

  apply(operation: Operation): void {
    const kind = text(operation, 'op');
    switch (kind) {
      case 'add':
        return this.#add(operation);
      case 'remove':
        return this.#remove(operation);
      case 'replace':
        return this.#replace(operation);
      case 'move':
        return this.#move(operation);
      case 'test':
        return this.#test(operation);
      case 'copy':
        return this.#copy(operation);
      default:
        throw new PatchProblem(`Unexpected kind: ${kind ?? 'unknown'}`);
    }
  }

  /** The container that holds the last key of the path, or undefined where the way there is missing. `write` makes the way our own. */
  #find(path: string, write: boolean): Target | undefined {
    const parts = path.split('/').map(decodeKey);
    if (parts.length < 2) return undefined;
    if (write) this.#root = this.#own(this.#root);
    let container = this.#root;
    for (const part of parts.slice(1, -1)) {
      const next = asContainer(readItem(container, part));
      if (next === undefined) return undefined;
      const owned = write ? this.#own(next) : next;
      if (owned !== next) writeItem(container, part, owned);
      container = owned;
    }
    return { container, key: parts.at(-1) ?? '' };
  }

  #own(container: Container): Container {
    if (this.#owned.has(container)) return container;
    const copy: Container = Array.isArray(container) ? [...container] : { ...container };
    this.#owned.add(copy);
    return copy;
  }

  #value(operation: Operation): unknown {
    if (!Object.hasOwn(operation, 'value')) return null;
    const value = operation['value'];
    if (value !== null) return value;
    this.#gaveNull = true;
    return GIVEN_NULL;
  }

  #add(operation: Operation): void {
    const path = text(operation, 'path');
    if (path === undefined) throw new PatchProblem(`add operation failed to decode path: ${MISSING}`);
    const target = this.#find(path, true);
    if (target === undefined) throw new PatchProblem(`add operation does not apply: doc is missing path: "${path}": ${MISSING}`);
    attempt(() => addItem(target, this.#value(operation)), `error in add for path: '${path}'`);
  }

  #remove(operation: Operation): void {
    const path = text(operation, 'path');
    if (path === undefined) throw new PatchProblem(`remove operation failed to decode path: ${MISSING}`);
    const target = this.#find(path, true);
    if (target === undefined) throw new PatchProblem(`remove operation does not apply: doc is missing path: "${path}": ${MISSING}`);
    attempt(() => removeItem(target), `error in remove for path: '${path}'`);
  }

  #replace(operation: Operation): void {
    const path = requiredText(operation, 'path', 'replace operation failed to decode path: operation missing path field');
    if (path === '') {
      const value = asContainer(operation['value']);
      if (value === undefined) throw new PatchProblem('replace operation value must be object or array: %!w(<nil>)');
      this.#root = value;
      return;
    }
    const target = this.#find(path, true);
    if (target === undefined) throw new PatchProblem(`replace operation does not apply: doc is missing path: ${path}: ${MISSING}`);
    if (getProblem(target) !== undefined) {
      throw new PatchProblem(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`);
    }
    writeItem(target.container, target.key, this.#value(operation));
  }

  #move(operation: Operation): void {
    const from = requiredText(operation, 'from', 'move operation failed to decode from: operation, missing from field');
    const source = this.#find(from, true);
    if (source === undefined) throw new PatchProblem(`move operation does not apply: doc is missing from path: ${from}: ${MISSING}`);
    const value = attempt(() => getItem(source), `error in move for path: '${source.key}'`);
    attempt(() => removeItem(source), `error in move for path: '${source.key}'`);
    const path = requiredText(operation, 'path', 'move operation failed to decode path: operation missing path field');
    const target = this.#find(path, true);
    if (target === undefined) throw new PatchProblem(`move operation does not apply: doc is missing destination path: ${path}: ${MISSING}`);
    attempt(() => addItem(target, value), `error in move for path: '${path}'`);
  }

  #copy(operation: Operation): void {
    const from = requiredText(operation, 'from', 'copy operation failed to decode from: operation, missing from field');
    const source = this.#find(from, false);
    if (source === undefined) throw new PatchProblem(`copy operation does not apply: doc is missing from path: ${from}: ${MISSING}`);
    const value = attempt(() => getItem(source), `error in copy for from: '${from}'`);
    const path = text(operation, 'path');
    if (path === undefined) throw new PatchProblem(`copy operation failed to decode path: ${MISSING}`);
    const target = this.#find(path, true);
    if (target === undefined) throw new PatchProblem(`copy operation does not apply: doc is missing destination path: ${path}: ${MISSING}`);
    this.#count(value);
    attempt(() => addItem(target, this.#share(value)), 'error while adding value during copy');
  }

  /** J1: both places hold the same containers from now on, so neither may be written in place. */
  #share(value: unknown): unknown {
    const container = asContainer(value);
    if (container === undefined) return value;
    this.#owned.delete(container);
    for (const inner of Array.isArray(container) ? container : Object.values(container)) this.#share(inner);
    return container;
  }

  #count(value: unknown): void {
    if (this.#copyLimitBytes === 0 || value === null || value === undefined) return;
    this.#copiedBytes += jsonLength(value);
    if (this.#copiedBytes <= this.#copyLimitBytes) return;
    throw new PatchProblem(
      `Unable to complete the copy, the accumulated size increase of copy is ${this.#copiedBytes}, exceeding the limit ${this.#copyLimitBytes}`,
    );
  }

  #test(operation: Operation): void {
    const path = requiredText(operation, 'path', 'test operation failed to decode path: operation missing path field');
    const failed = (): PatchProblem => new PatchProblem(`testing value ${path} failed: ${TEST_FAILED}`);
    const wanted = this.#value(operation);
    if (path === '') {
      if (!equalValues(this.#root, wanted)) throw failed();
      return;
    }
    const target = this.#find(path, false);
    if (target === undefined) throw new PatchProblem(`test operation does not apply: is missing path: ${path}: ${MISSING}`);
    const found = attempt(() => getItem(target), `error in test for path: '${path}'`) ?? null;
    // J4: what is not there, or null from the start, equals a value that is not given.
    const same = found === null ? wanted === null || wanted === GIVEN_NULL : wanted !== null && equalValues(found, wanted);
    if (!same) throw failed();
  }
}

const equalValues = (left: unknown, right: unknown): boolean => equalJson(withNulls(left), withNulls(right));

/** J4: what operations gave as null becomes null. */
function withNulls(value: unknown): unknown {
  if (value === GIVEN_NULL) return null;
  const container = asContainer(value);
  if (container === undefined) return value;
  if (Array.isArray(container)) {
    const items = container.map(withNulls);
    return items.some((item, index) => item !== container[index]) ? items : container;
  }
  let copy: JsonObject | undefined;
  for (const key of Object.keys(container)) {
    const member = container[key];
    const plain = withNulls(member);
    if (plain === member) continue;
    copy ??= { ...container };
    setOwn(copy, key, plain);
  }
  return copy ?? container;
}

const jsonLength = (value: unknown): number =>
  utf8Length(JSON.stringify(withNulls(value), (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)));

/** A text member of an operation; undefined where there is none. */
function text(operation: Operation, member: string): string | undefined {
  const value = getOwn(operation, member);
  return typeof value === 'string' ? value : undefined;
}

function requiredText(operation: Operation, member: string, absent: string): string {
  const value = getOwn(operation, member);
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) throw new PatchProblem(`${absent}: ${MISSING}`);
  const [prefix = ''] = absent.split(': ');
  throw new PatchProblem(`${prefix}: json: cannot unmarshal ${goKind(value)} into Go value of type string`);
}

/** Runs what may fail at a place, and says which place that was. */
function attempt<T>(action: () => T, where: string): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    throw new PatchProblem(`${where}: ${error.message}`, { cause: error });
  }
}

const decodeKey = (key: string): string => key.replace(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));

const invalidIndex = (index: number | bigint): PatchProblem =>
  new PatchProblem(`Unable to access invalid index: ${index}: ${INVALID_INDEX}`);

const SHORT_INDEX = /^[0-9]{1,9}$/;

/** J2: the position in a list of `length` that the key says, from its end where negative. */
function position(key: string, length: number, where = ''): number {
  if (SHORT_INDEX.test(key) && Number(key) < length) return Number(key);
  const problem = atoiProblem(key);
  if (problem !== undefined) throw new PatchProblem(where === '' ? problem : `${where}: ${problem}`);
  const index = BigInt(key.startsWith('+') ? key.slice(1) : key);
  if (index < -BigInt(length) || index >= BigInt(length)) throw invalidIndex(index);
  return Number(index) + (index < 0n ? length : 0);
}

function getItem({ container, key }: Target): unknown {
  return Array.isArray(container) ? container[position(key, container.length)] : getOwn(container, key);
}

/** Why the item cannot be read; a missing member of an object can. */
function getProblem(target: Target): string | undefined {
  try {
    getItem(target);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    return error.message;
  }
}

/** The item, or undefined where there is none for whatever reason. */
const readItem = (container: Container, key: string): unknown =>
  getProblem({ container, key }) === undefined ? getItem({ container, key }) : undefined;

/** Writes over an item that is there. */
function writeItem(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container[position(key, container.length)] = value;
  else setOwn(container, key, value);
}

function addItem({ container, key }: Target, value: unknown): void {
  if (!Array.isArray(container)) setOwn(container, key, value ?? null);
  else if (key === '-') container.push(value ?? null);
  else container.splice(position(key, container.length + 1, `value was not a proper array index: '${key}'`), 0, value ?? null);
}

function removeItem({ container, key }: Target): void {
  if (Array.isArray(container)) {
    container.splice(position(key, container.length), 1);
    return;
  }
  if (!Object.hasOwn(container, key)) throw new PatchProblem(`Unable to remove nonexistent key: ${key}: ${MISSING}`);
  delete container[key];
}
