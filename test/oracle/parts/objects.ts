// Whole objects: their canonical form, and their protobuf bytes both ways.

import { decodeProtobuf, encodeProtobuf } from '../../../src/machinery/codec/protobuf.ts';
import { comparedKinds, kindOf } from '../kinds.ts';
import { canonical, defaulted, encode, problemsOf, withoutNothings } from '../our-objects.ts';
import { part } from '../part.ts';
import { randomObjectOf } from '../random-object.ts';

/** Go names its own types for strings (`v1.PullPolicy`), which the schema does not know. */
const withoutGoType = (text: string): string => text.replace(/ of type [\w.]+$/, '');

export const canonicalForm = part({
  name: 'canonical',
  recorded: 120,
  ordered: true,
  arbitrary: randomObjectOf(comparedKinds),
  question: (object) => ({ ask: 'canonical', object }),
  ours: (object) => withoutNothings(canonical(object)),
  relevant: withoutNothings,
});

export const canonicalRefusals = part({
  name: 'canonical-refusals',
  recorded: 120,
  ordered: true,
  refusal: withoutGoType,
  // Its map is always written, as null by upstream and empty by us.
  arbitrary: randomObjectOf(comparedKinds, { broken: true, depth: 4, without: ['status.nodeAllocatableResourceClaimStatuses'] }),
  question: (object) => ({ ask: 'canonical', object }),
  ours: (object) => withoutNothings(canonical(object)),
  relevant: withoutNothings,
});

export const protobufEncode = part({
  name: 'protobuf-encode',
  recorded: 80,
  arbitrary: randomObjectOf(comparedKinds),
  question: (object) => ({ ask: 'encode', object }),
  ours: encode,
});

export const protobufDecode = part({
  name: 'protobuf-decode',
  ordered: true,
  recorded: 80,
  arbitrary: randomObjectOf(comparedKinds),
  question: (object) => ({ ask: 'decode', data: encode(object) }),
  ours: (object) => {
    const { struct, apiVersion, kind } = kindOf(object);
    return withoutNothings({ kind, apiVersion, ...(decodeProtobuf(struct, encodeProtobuf(struct, canonical(object))) as object) });
  },
  relevant: withoutNothings,
});

export const defaults = part({
  name: 'defaults',
  recorded: 100,
  arbitrary: randomObjectOf(comparedKinds, { density: 20 }),
  question: (object) => ({ ask: 'default', object }),
  ours: (object) => withoutNothings(defaulted(object)),
  relevant: withoutNothings,
});

/** Kinds that are validated as resources; requests have their own doors. */
const stored = comparedKinds.filter((gvk) => !/Review$|TokenRequest$|Eviction$|Binding$|Scale$/.test(gvk) || gvk.startsWith('rbac'));

export const validation = part({
  name: 'validation',
  recorded: 120,
  arbitrary: randomObjectOf(stored, {
    density: 12,
    without: ['status', 'metadata.uid', 'metadata.deletionTimestamp', 'metadata.managedFields'],
  }),
  question: (object) => ({ ask: 'validate', object }),
  ours: (object) => sorted(problemsOf(object)),
  relevant: (answer) => sorted(answer as Found[]),
});

interface Found {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

/** Upstream's order depends on its maps; seeds compare the order. */
function sorted(found: readonly Found[]): string[] {
  return found.map(({ type, field, message }) => `${field}: ${message} (${type})`).toSorted();
}
