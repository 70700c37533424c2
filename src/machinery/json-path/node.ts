// The tree of a parsed JSONPath template: text, and actions that are lists of steps.

/** One bound of `[start:end:step]`; `derived` marks the end that a plain index implies. */
export interface Bound {
  readonly value: bigint;
  readonly known: boolean;
  readonly derived: boolean;
}

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly nodes: Node[] }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'array'; readonly bounds: readonly [Bound, Bound, Bound] }
  | { readonly type: 'filter'; readonly left: List; readonly right: List; readonly operator: string }
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly lists: readonly List[] };

export type List = Node & { readonly type: 'list' };

export const newList = (): List => ({ type: 'list', nodes: [] });
