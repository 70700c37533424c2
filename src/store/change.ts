// A change whose bytes are read from the store when somebody looks at them: most watchers need only some of them.

import type { Change } from './store.ts';
import { isLive } from './version.ts';
import type { Version } from './version.ts';

/** Reads the bytes that a version wrote. */
export type ReadValue = (version: Version) => Uint8Array;

/** The change that wrote a version. */
export class StoredChange implements Change {
  readonly key: string;
  readonly revision: number;
  readonly created: boolean;
  readonly previousRevision: number | undefined;
  readonly #version: Version;
  readonly #before: Version | undefined;
  readonly #read: ReadValue;
  #value: Uint8Array | undefined;
  #previous: Uint8Array | undefined;

  constructor(version: Version, read: ReadValue, value?: Uint8Array) {
    this.key = version.key;
    this.revision = version.revision;
    this.created = version.version === 1;
    this.#version = version;
    this.#before = isLive(version.older) ? version.older : undefined;
    this.previousRevision = this.#before?.revision;
    this.#read = read;
    this.#value = value;
  }

  get value(): Uint8Array | undefined {
    if (!isLive(this.#version)) return undefined;
    return (this.#value ??= this.#read(this.#version));
  }

  get previous(): Uint8Array | undefined {
    if (this.#before === undefined) return undefined;
    return (this.#previous ??= this.#read(this.#before));
  }
}
