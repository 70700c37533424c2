// Half-open ranges of keys. Keys are ordered by UTF-16 code units, which for all keys that Kubernetes writes is byte order.

/** Keys from `from` on, up to but without `to`; no `to` means no end. */
export interface KeyRange {
  readonly from: string;
  readonly to?: string | undefined;
}

/** A range, or the prefix that all its keys have. */
export type RangeOrPrefix = KeyRange | string;

/** The range of all keys that start with `prefix`. */
export function prefixRange(prefix: string): KeyRange {
  let length = prefix.length;
  while (length > 0 && prefix.charCodeAt(length - 1) === 0xffff) length--;
  if (length === 0) return { from: prefix };
  return { from: prefix, to: prefix.slice(0, length - 1) + String.fromCharCode(prefix.charCodeAt(length - 1) + 1) };
}

/** The range that a range or a prefix stands for. */
export function toRange(range: RangeOrPrefix): KeyRange {
  return typeof range === 'string' ? prefixRange(range) : range;
}

/** Whether `key` lies in `range`. */
export function inRange(range: KeyRange, key: string): boolean {
  return key >= range.from && (range.to === undefined || key < range.to);
}
