// A value during execution: data, and whether it was read out of a list or map, where Go's static type is `interface {}`.
//
// The difference shows in error texts, and in that a nil read from a map refuses fields that a missing key lets pass.

import { typeName } from './go-value.ts';

export interface Value {
  /** `undefined` is no value at all. */
  readonly data: unknown;
  readonly boxed: boolean;
}

export const NOTHING: Value = { data: undefined, boxed: false };

export const valueOf = (data: unknown): Value => ({ data, boxed: false });

/** An item of a list or map; a missing one is no value. */
export const itemOf = (data: unknown): Value => (data === undefined ? NOTHING : { data, boxed: true });

/** The value itself, out of its interface; nil becomes no value. */
export const unboxed = ({ data, boxed }: Value): Value => (boxed ? valueOf(data ?? undefined) : { data, boxed });

export const isNothing = ({ data }: Value): boolean => data === undefined;

export const isNilItem = ({ data, boxed }: Value): boolean => boxed && data === null;

/** The name of the value's static type. */
export const staticType = ({ data, boxed }: Value): string => (boxed ? 'interface {}' : typeName(data));

/** What a parameter of type `interface {}` receives. */
export const argumentOf = ({ data }: Value): unknown => data ?? null;
