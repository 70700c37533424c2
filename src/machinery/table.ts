// Tables: what a server prints of objects, so that clients need not know their kinds.

import type { Cell, Column, Kind, KubeObject } from './kind.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  /** The object, its metadata only, or null, as the client asked. */
  readonly object: unknown;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface TableOptions {
  readonly nowMs: number;
  /** `Metadata` unless told. */
  readonly includeObject?: string | undefined;
  /** The list's metadata. */
  readonly resourceVersion?: string | undefined;
  readonly continue?: string | undefined;
  readonly remainingItemCount?: number | bigint | undefined;
  /** `meta.k8s.io/v1` unless told. */
  readonly apiVersion?: string | undefined;
}

/** The table of some objects of one kind. */
export function tableOf<T extends KubeObject>(kind: Kind<T>, objects: readonly T[], options: TableOptions): Table {
  const columns: readonly Column<T>[] = kind.columns ?? DEFAULT_COLUMNS;
  const { apiVersion = 'meta.k8s.io/v1', resourceVersion, continue: next, remainingItemCount } = options;
  return {
    kind: 'Table',
    apiVersion,
    metadata: {
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(next === undefined || next === '' ? {} : { continue: next }),
      ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
    },
    columnDefinitions: columns.map(({ name, type, format = '', priority = 0 }) => ({ name, type, format, description: '', priority })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.value(object, { nowMs: options.nowMs })),
      object: rowObject(object, options.includeObject, apiVersion),
    })),
  };
}

const DEFAULT_COLUMNS: readonly Column<KubeObject>[] = [
  { name: 'Name', type: 'string', format: 'name', value: ({ metadata }) => metadata.name ?? '' },
  { name: 'Created At', type: 'date', value: ({ metadata }) => metadata.creationTimestamp ?? '' },
];

function rowObject(object: KubeObject, include: string | undefined, apiVersion: string): unknown {
  if (include === 'Object') return object;
  if (include === 'None') return null;
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}
