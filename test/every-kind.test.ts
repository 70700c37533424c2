// What holds of random objects of every kind: canonical form, the protobuf codec, JSON, defaults.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalize } from '../src/machinery/canonical.ts';
import { decodeKind, encodeKind, openEnvelope } from '../src/machinery/codec/envelope.ts';
import { decodeJson, encodeJson } from '../src/machinery/codec/json.ts';
import { decodeProtobuf } from '../src/machinery/codec/protobuf.ts';
import { ProtobufError } from '../src/machinery/codec/protobuf-error.ts';
import { applyDefaults } from '../src/machinery/defaulting.ts';
import { draftOf } from '../src/machinery/draft.ts';
import { semanticEqual } from '../src/machinery/equality.ts';
import type { Kind, KubeObject } from '../src/machinery/kind.ts';
import type { Draft } from '../src/machinery/schema.ts';
import { fieldFacts } from './oracle/facts.ts';
import { kindOf } from './oracle/kinds.ts';
import { randomObject } from './oracle/random-object.ts';

const RUNS = 40;
/** Objects within objects: protobuf does not carry their kinds and versions, for upstream either. */
const NESTED = ['spec.volumeClaimTemplates', 'deleteOptions'];
/** Objects of any kind are kept as they came, the order of their members with them. */
const RAW: Readonly<Record<string, readonly string[]>> = { 'apps/v1/ControllerRevision': ['data'] };

function canonicalOf(kind: Kind, value: unknown): Draft<KubeObject> {
  const result = canonicalize(kind.struct, value);
  assert.ok(result.ok, result.ok ? '' : result.message);
  assert.deepEqual(result.unknown, []);
  return result.object;
}

/** The same members in another order: what the order of the input must not change. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

for (const gvk of Object.keys(fieldFacts().kinds)) {
  const slash = gvk.lastIndexOf('/');
  const kind = kindOf({ apiVersion: gvk.slice(0, slash), kind: gvk.slice(slash + 1) });

  test(`${gvk}: equal meaning is equal bytes in JSON and protobuf, and each comes back`, () => {
    fc.assert(
      fc.property(randomObject(gvk, { without: [...NESTED, ...(RAW[gvk] ?? [])] }), (value) => {
        const object = canonicalOf(kind, value);
        const text = encodeJson(object);
        assert.equal(encodeJson(canonicalOf(kind, draftOf(object))), text);
        assert.equal(encodeJson(canonicalOf(kind, reversed(value))), text);
        const decoded = decodeJson(text);
        assert.ok(decoded.ok);
        assert.ok(semanticEqual(decoded.value, object));

        const bytes = encodeKind(kind, object);
        const { raw } = openEnvelope(bytes) ?? assert.fail('no envelope');
        const back = decodeKind(kind, raw);
        assert.ok(semanticEqual(back, object), `${encodeJson(back)} is not ${text}`);
        assert.deepEqual(encodeKind(kind, canonicalOf(kind, back)), bytes);
      }),
      { numRuns: RUNS },
    );
  });

  test(`${gvk}: defaults keep the canonical form and change nothing the second time`, () => {
    fc.assert(
      fc.property(randomObject(gvk), (value) => {
        const object = canonicalOf(kind, value);
        applyDefaults(kind, object);
        const text = encodeJson(object);
        assert.equal(encodeJson(canonicalOf(kind, object)), text);
        applyDefaults(kind, object);
        assert.equal(encodeJson(object), text);
      }),
      { numRuns: RUNS },
    );
  });

  test(`${gvk}: bytes that are no message of it end in one error`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeProtobuf(kind.struct, bytes);
        } catch (error) {
          assert.ok(error instanceof ProtobufError, String(error));
        }
      }),
      { numRuns: RUNS },
    );
  });
}
