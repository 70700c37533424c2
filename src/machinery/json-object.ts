// Plain JSON objects as maps: what counts as one, and reading by own keys only.

export type JsonObject = Record<string, unknown>;

/** Whether a parsed JSON value is an object, not a list, null or scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property's value, or undefined. */
export function getOwn(object: Readonly<JsonObject>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
