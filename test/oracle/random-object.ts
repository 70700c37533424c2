// Random objects of a kind, from the facts about its fields: random subsets of fields, nested a few levels deep, mostly
// plausible, sometimes hostile.
//
// R1. Values are JSON that a client could send: absent fields are absent, not undefined.
// R2. Every value decodes: hostility lies in meaning (wrong names, negative numbers), unless `broken` asks for wrong types.

import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { fieldFacts } from './facts.ts';

export interface RandomOptions {
  /** How deep structs nest; 6 unless told. */
  readonly depth?: number;
  /** Of a hundred fields, how many are set; 30 unless told. */
  readonly density?: number;
  /** Fields left out, as `status` or `metadata.managedFields`. */
  readonly without?: readonly string[];
  /** One value in about fifty has a wrong JSON type or is null, and unknown fields appear. */
  readonly broken?: boolean;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

const NAMES = ['web', 'a', 'my-app', 'db-0', 'x.y', 'kube-system', 'n1', 'web-5d8f7c9b-x2x4z'];
const HOSTILE = [
  '',
  ' ',
  'A',
  '-a',
  'a-',
  'a_b',
  'a..b',
  'a/b',
  'ünï',
  '😀',
  'a'.repeat(64),
  '__proto__',
  'constructor',
  '\n',
  '"',
  '$(X)',
  '010.0.0.1',
  '%41',
  '..',
];
const WORDS = [
  'true',
  'Always',
  '80',
  'http',
  '10.0.0.1',
  'fd00::1',
  '10.0.0.0/8',
  'example.com/x',
  'busybox:1.36',
  '/var/log',
  'metadata.name',
  'v1',
];
const KEYS = ['app', 'tier', 'kubernetes.io/hostname', 'example.com/a', 'a.b', 'cpu', 'memory', 'x'];
const QUANTITIES = [
  '0',
  '1',
  '100m',
  '1500m',
  '64Mi',
  '1Gi',
  '0.5',
  '1e3',
  '1E',
  '2k',
  '-1',
  '1.5Gi',
  '1000000',
  '9223372036854775807',
  '1n',
  '0.1m',
  '+5',
];
const TIMES = ['2026-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2025-02-28T23:59:59+02:00', '2026-01-01T00:00:00.123456789Z'];
const MICRO_TIMES = ['2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.123456Z', '2025-06-01T12:00:00.500000+01:00'];

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

const keys = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) });

const int32 = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 2, 3, 5, 30, 80, 443, 8080) },
  { weight: 2, arbitrary: fc.constantFrom(-1, 65536, 2147483647, -2147483648, 100000) },
  { weight: 2, arbitrary: fc.integer({ min: -1000, max: 100000 }) },
);

const SCALARS: Readonly<Record<string, Arbitrary<unknown>>> = {
  string: text,
  boolean: fc.boolean(),
  int32,
  // Only numbers that JSON.stringify writes in full; integers beyond 2^53 belong to the codec parts.
  int64: fc.oneof(
    { weight: 5, arbitrary: int32 },
    { weight: 1, arbitrary: fc.constantFrom(9007199254740991, -9007199254740991, 4294967296) },
  ),
  double: fc.constantFrom(0, 1, 0.5, -2.25, 1e21),
  bytes: fc.constantFrom('', 'AA==', 'aGVsbG8=', 'AAEC/w=='),
  quantity: fc.constantFrom<unknown>(...QUANTITIES, 1, 0, 12),
  time: fc.constantFrom(...TIMES),
  microTime: fc.constantFrom(...MICRO_TIMES),
  intOrString: fc.oneof(int32, fc.constantFrom<unknown>('25%', '100%', '0%', 'http', '80', '')),
  fieldsV1: fc.constantFrom<unknown>({}, { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } }),
  json: fc.constantFrom<unknown>({}, { a: 1 }, { kind: 'X', apiVersion: 'v1' }),
  object: fc.constantFrom<unknown>({}),
};

const WRONG = fc.constantFrom<unknown>(null, 'x', 5, 1.5, true, [], {}, [[]], -1e30);

/** Objects of `gvk` (`apps/v1/Deployment`) with apiVersion and kind set. */
export function randomObject(gvk: string, options: RandomOptions = {}): Arbitrary<Record<string, unknown>> {
  const definition = fieldFacts().kinds[gvk];
  if (definition === undefined) throw new Error(`no facts about ${gvk}`);
  const parts = gvk.split('/');
  const made = new Maker(options).struct(definition, options.depth ?? 6, '');
  return made.map((object) => ({ ...object, apiVersion: parts.slice(0, -1).join('/'), kind: parts.at(-1) }));
}

/** Random objects of one of the kinds. */
export function randomObjectOf(gvks: readonly string[], options: RandomOptions = {}): Arbitrary<Record<string, unknown>> {
  return fc.oneof(...gvks.map((gvk) => randomObject(gvk, options)));
}

const ABSENT = Symbol('absent');

/** The value in `percent` of cases; shrinks by leaving it out. */
function maybe(percent: number, value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: Math.max(1, Math.round(100 - percent)), arbitrary: fc.constant(ABSENT) },
    { weight: Math.max(1, Math.round(percent)), arbitrary: value },
  );
}

class Maker {
  readonly #density: number;
  readonly #without: ReadonlySet<string>;
  readonly #broken: boolean;
  readonly #made = new Map<string, Arbitrary<Record<string, unknown>>>();

  constructor({ density = 30, without = [], broken = false }: RandomOptions) {
    this.#density = density;
    this.#without = new Set(without);
    this.#broken = broken;
  }

  struct(definition: string, depth: number, path: string): Arbitrary<Record<string, unknown>> {
    // Paths matter only where something below may be left out, which is near the top.
    const key = `${definition} ${depth} ${path.split('.').length > 2 ? '' : path}`;
    let made = this.#made.get(key);
    if (made === undefined) {
      made = this.#struct(definition, depth, path);
      this.#made.set(key, made);
    }
    return made;
  }

  #struct(definition: string, depth: number, path: string): Arbitrary<Record<string, unknown>> {
    const fields = Object.entries(fieldFacts().types[definition] ?? {}).filter(([name, [type]]) => this.#kept(name, type, depth, path));
    const members = fields.map(([name, [type, presence]]) => [
      name,
      maybe(this.#chance(definition, name, presence), this.#member(definition, name, type, depth, join(path, name))),
    ]);
    const record = fc.record(Object.fromEntries(members) as Record<string, Arbitrary<unknown>>);
    const spread = record.map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== ABSENT)));
    if (!this.#broken) return spread;
    return fc.tuple(spread, fc.integer({ min: 0, max: 60 })).map(([object, roll]) => (roll === 0 ? { ...object, unheardOf: 1 } : object));
  }

  #kept(name: string, type: string, depth: number, path: string): boolean {
    if (this.#without.has(join(path, name)) || (path === '' && (name === 'apiVersion' || name === 'kind'))) return false;
    return depth > 0 || !type.includes('#');
  }

  #chance(definition: string, name: string, presence: string): number {
    if (name === 'metadata' || name === 'spec' || name === 'template' || name === 'containers') return 90;
    if (definition === `${META}ObjectMeta`) return name === 'name' ? 90 : this.#density / 3;
    return presence === 'always' ? 85 : this.#density;
  }

  #member(definition: string, name: string, type: string, depth: number, path: string): Arbitrary<unknown> {
    if (definition === `${META}ObjectMeta` && name === 'managedFields') return fc.constant([]);
    const value = this.#typed(type, depth, path);
    return this.#broken ? fc.oneof({ weight: 50, arbitrary: value }, { weight: 1, arbitrary: WRONG }) : value;
  }

  #typed(type: string, depth: number, path: string): Arbitrary<unknown> {
    if (type.startsWith('[]')) return fc.array(this.#typed(type.slice(2), depth, path), { maxLength: depth > 3 ? 2 : 3 });
    if (type.startsWith('{}')) return this.#map(type.slice(2), depth, path);
    if (type.startsWith('#')) return depth > 0 ? this.struct(type.slice(1), depth - 1, path) : fc.constant({});
    if (type.startsWith('enum ')) {
      const members = type.slice('enum '.length).split('|');
      return fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...members) }, { weight: 1, arbitrary: fc.constantFrom('Weird', '') });
    }
    const scalar = SCALARS[type];
    if (scalar === undefined) throw new Error(`no random values of type ${type}`);
    return scalar;
  }

  #map(type: string, depth: number, path: string): Arbitrary<unknown> {
    const entries = fc.uniqueArray(fc.tuple(keys, this.#typed(type, depth, path)), { maxLength: 3, selector: ([key]) => key });
    // Object.fromEntries makes `__proto__` an own key, as JSON does.
    return entries.map((pairs) => Object.fromEntries(pairs));
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
