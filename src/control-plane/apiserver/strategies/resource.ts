// The words in which strategies are written: a resource with its rules, a status endpoint, a scale endpoint.
//
// R1. The main endpoint owns everything but status, /status owns status: each silently keeps the other's half.

import { assert, must } from '../../../base/assert.ts';
import { scale as scaleKind } from '../../../api/autoscaling/v1/scale.ts';
import type { Scale } from '../../../api/autoscaling/v1/scale.ts';
import { resources } from '../../../api/resources.ts';
import { draftOf } from '../../../machinery/draft.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { labelSelectorFromMap, labelSelectorOf } from '../../../machinery/selectors/label-selector.ts';
import type { LabelSelectorObject } from '../../../machinery/selectors/label-selector.ts';
import type { ObjectSubresource, Strategy, Subresource, ViewSubresource, WriteContext } from '../../../server/strategy.ts';

/** A strategy but for the resource that it is about. */
export type ResourceOptions<T extends KubeObject> = Omit<Strategy<T>, 'definition' | 'subresources'> & {
  readonly subresources?: Readonly<Record<string, Subresource<T>>>;
};

const definitions = new Map(resources.map((definition) => [definition.hub, definition]));

/** The strategy of one stored resource; `kind` is its hub. */
export function resource<T extends KubeObject>(kind: Kind<T>, options: ResourceOptions<T> = {}): Strategy {
  const definition = must(definitions.get(kind as Kind), `the resource of ${kind.kind}`);
  return { definition, ...options } as Strategy;
}

type Fields = Record<string, unknown>;

/** A draft's or an object's fields by name. */
export const fieldsOf = (object: object): Fields => object as Fields;

/** Takes a field from the old object. */
export function keepField(draft: object, old: object, field: string): void {
  const kept = fieldsOf(old)[field];
  if (kept === undefined) delete fieldsOf(draft)[field];
  else fieldsOf(draft)[field] = draftOf(kept);
}

const USER_METADATA = ['deletionTimestamp', 'generation', 'selfLink', 'labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** Takes from the old object all metadata that a user may set. */
export function keepMetadata(draft: Draft<KubeObject>, old: KubeObject): void {
  for (const field of USER_METADATA) keepField(draft.metadata, old.metadata, field);
}

export interface StatusOptions<T extends KubeObject> {
  /** Which metadata this endpoint leaves alone: all of it, or single fields. */
  readonly keeps?: 'metadata' | readonly (typeof USER_METADATA)[number][];
  /** What else is to be done to the new status. */
  prepare?(draft: Draft<T>, old: T, context: WriteContext): void;
}

const NOT_SPEC: ReadonlySet<string> = new Set(['kind', 'apiVersion', 'metadata', 'status']);

/** An endpoint that writes status and nothing else (R1). */
export function statusOnly<T extends KubeObject>(options: StatusOptions<T> = {}): ObjectSubresource<T> {
  const { keeps = [], prepare } = options;
  return {
    kind: 'object',
    verbs: ['get', 'update', 'patch'],
    merge(draft, old, context) {
      for (const field of new Set([...Object.keys(draft), ...Object.keys(old)])) if (!NOT_SPEC.has(field)) keepField(draft, old, field);
      if (keeps === 'metadata') keepMetadata(draft as Draft<KubeObject>, old);
      else for (const field of keeps) keepField((draft as Draft<KubeObject>).metadata, old.metadata, field);
      prepare?.(draft, old, context);
    },
  };
}

/** Where a scalable kind keeps its numbers and its selector, as paths of field names. */
export interface ScalePaths {
  readonly replicas: string;
  readonly statusReplicas: string;
  readonly selector: string;
}

function readPath(object: object, path: string): unknown {
  let value: unknown = object;
  for (const name of path.split('.')) value = typeof value === 'object' && value !== null ? fieldsOf(value)[name] : undefined;
  return value;
}

function writePath(object: object, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop();
  let holder: object = object;
  for (const name of names) {
    const inner = (fieldsOf(holder)[name] ??= {});
    assert(typeof inner === 'object' && inner !== null, `${path} leads through no struct`);
    holder = inner;
  }
  fieldsOf(holder)[last ?? ''] = value;
}

/** The selector as text: of a LabelSelector, or of a plain map (ReplicationController). */
function selectorText(selector: unknown): string {
  if (typeof selector !== 'object' || selector === null) return '';
  if (!('matchLabels' in selector) && !('matchExpressions' in selector))
    return labelSelectorFromMap(selector as Record<string, string>).toString();
  const parsed = labelSelectorOf(selector as LabelSelectorObject);
  return parsed.ok ? parsed.value.toString() : '';
}

/** An endpoint that shows and changes the size of a scalable object. */
export function scale<T extends KubeObject>(paths: ScalePaths): ViewSubresource<T> {
  return {
    kind: 'view',
    verbs: ['get', 'update', 'patch'],
    view: scaleKind as Kind,
    read(object): KubeObject {
      const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
      const replicas = Number(readPath(object, paths.replicas) ?? 0);
      const selector = selectorText(readPath(object, paths.selector));
      const view: Scale = {
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
        spec: replicas === 0 ? {} : { replicas },
        status: { replicas: Number(readPath(object, paths.statusReplicas) ?? 0), ...(selector === '' ? {} : { selector }) },
      };
      return view;
    },
    write(view, draft) {
      const { resourceVersion } = view.metadata;
      if (resourceVersion !== undefined) (draft as Draft<KubeObject>).metadata.resourceVersion = resourceVersion;
      writePath(draft, paths.replicas, (view as Scale).spec.replicas ?? 0);
      return [];
    },
  };
}
