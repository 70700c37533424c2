// The shape of a value: a text that is the same for any two values whose fields would be owned alike. Objects that one program makes
// mostly have one shape, so what their creator owns is worked out once.
//
// S1. Everything that decides about ownership is in the text: names of members, steps to list items, and what tells an empty value from a full one.

import { getOwn, isJsonObject } from '../json-object.ts';
import { itemElement, resolveType } from './apply-type.ts';
import type { ApplyType } from './apply-type.ts';

/** The shape of `value`. */
export function shapeOf(value: unknown, type: ApplyType): string {
  const resolved = resolveType(type, value);
  if (resolved.kind === 'map' && isJsonObject(value)) {
    let text = '{';
    for (const name of Object.keys(value)) text += `${name.length}:${name}${shapeOf(getOwn(value, name), resolved.memberType(name))}`;
    return `${text}}`;
  }
  if (resolved.kind === 'list' && Array.isArray(value)) {
    let text = '[';
    for (const item of value as readonly unknown[]) {
      const step = itemElement(resolved, item);
      text += 'element' in step ? `${step.element}${shapeOf(item, resolved.element)},` : '!,';
    }
    return `${text}]`;
  }
  return leafShape(value);
}

function leafShape(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false || value === null ? '0' : '1';
  // What is owned whole may equal what every object of the kind holds only if it says nothing.
  return isNothing(value) ? JSON.stringify(value) : '1';
}

function isNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false || value === null;
  return Object.values(value).every(isNothing);
}
