// Whole objects: their canonical form, and their protobuf bytes both ways.

import { decodeProtobuf, encodeProtobuf } from '../../../src/machinery/codec/protobuf.ts';
import { comparedKinds, kindOf } from '../kinds.ts';
import { canonical, defaulted, encode, withoutNothings, withoutUncountedGeneration } from '../our-objects.ts';
import { problemsOf } from '../our-writes.ts';
import { part } from '../part.ts';
import { randomObjectOf } from '../random-object.ts';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

/** Go names its own types for strings (`v1.PullPolicy`), which the schema does not know. */
const withoutGoType = (text: string): string =>
  text
    .replace(/ of type [\w.]+$/, '')
    .replace(/\bv1\.ExtraValue$/, '[]string')
    .replaceAll(/([\][])v1\.\w+/g, '$1string');

/** A map that is always written, as null by upstream and empty by us. */
const ALWAYS_MAPS = ['status.nodeAllocatableResourceClaimStatuses'];

export const canonicalForm = part({
  name: 'canonical',
  recorded: 120,
  ordered: true,
  arbitrary: randomObjectOf(comparedKinds, { without: ALWAYS_MAPS }),
  question: (object) => ({ ask: 'canonical', object }),
  ours: (object) => withoutNothings(canonical(object)),
  relevant: withoutNothings,
});

export const canonicalRefusals = part({
  name: 'canonical-refusals',
  recorded: 120,
  ordered: true,
  refusal: withoutGoType,
  arbitrary: randomObjectOf(comparedKinds, { broken: true, depth: 4, without: ALWAYS_MAPS }),
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
  arbitrary: randomObjectOf(comparedKinds, { without: ALWAYS_MAPS }),
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
  // Asked in its canonical form, where an empty list or map is an absent one.
  question: (object) => ({ ask: 'default', object: canonical(object) }),
  ours: (object) => withoutNothings(defaulted(object)),
  relevant: (answer) => withoutUncountedGeneration(withoutNothings(answer)),
});

/** Kinds that are validated as resources; requests have their own doors, and one strategy is not among those that are asked. */
const stored = comparedKinds.filter(
  (gvk) => !/Review$|TokenRequest$|Eviction$|Binding$|Scale$|VolumeAttributesClass$/.test(gvk) || gvk.startsWith('rbac'),
);

export const validation = part({
  name: 'validation',
  recorded: 120,
  arbitrary: randomObjectOf(stored, {
    density: 12,
    without: ['status', 'metadata.uid', 'metadata.deletionTimestamp', 'metadata.managedFields'],
  }),
  question: (object) => ({ ask: 'validate', object: asked(object) }),
  ours: (object) => sorted(problemsOf({ ask: 'create', object: asked(object) }, NOW_MS)),
  relevant: (answer) => sorted(answer as Found[]),
});

/**
 * Asked in its canonical form: an empty list or map that is not absent means something to a few of upstream's rules, none to ours. Of the
 * claims of a StatefulSet there is at most one: upstream puts several among the volumes in the order of a Go map, which is chance.
 */
function asked(object: unknown): unknown {
  const draft = canonical(object) as { spec?: { volumeClaimTemplates?: unknown[] } };
  draft.spec?.volumeClaimTemplates?.splice(1);
  return draft;
}

interface Found {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

/** Upstream's order depends on its maps; seeds compare the order. */
function sorted(found: readonly Found[]): string[] {
  return found.map(({ type, field, message }) => `${field}: ${message} (${type})`).toSorted();
}
