// Which objects a list, watch or deletecollection is about: namespace, name, labels, fields.

import { must } from '../../base/assert.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { badRequestError } from '../../machinery/status-error.ts';
import { parseFieldSelector } from '../../machinery/selectors/field-selector.ts';
import type { FieldSelector } from '../../machinery/selectors/field-selector.ts';
import { parseLabelSelector } from '../../machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../machinery/selectors/label-selector.ts';
import type { CachedObject } from '../cache/cached-object.ts';
import { inVersion } from '../encoded.ts';
import type { Scope } from '../scope.ts';

const NAME = 'metadata.name';
const NAMESPACE = 'metadata.namespace';

/** What a request selects. */
export class Selection {
  /** What the keys of everything selected start with. */
  readonly prefix: string;
  /** The only key that can be selected, where a name is asked for. */
  readonly key: string | undefined;
  /** Whether everything below the prefix is selected. */
  readonly everything: boolean;
  readonly #scope: Scope;
  readonly #name: string | undefined;
  readonly #labels: LabelSelector | undefined;
  readonly #fields: FieldSelector | undefined;

  constructor(scope: Scope) {
    const { request, cache } = scope;
    this.#scope = scope;
    this.#labels = labelsOf(request.query.get('labelSelector') ?? '');
    this.#fields = fieldsOf(scope, request.query.get('fieldSelector') ?? '');
    const name = this.#nameOf();
    this.#name = name;
    const namespaced = scope.kind.scope === 'Namespaced';
    const namespace = scope.namespace !== '' || !namespaced ? scope.namespace : (this.#fields?.exactMatch(NAMESPACE) ?? '');
    this.prefix = cache.prefixOf(namespace);
    this.key = name !== undefined && (!namespaced || namespace !== '') ? cache.keyOf(namespace, name) : undefined;
    this.everything = this.#labels === undefined && this.#fields === undefined && name === undefined;
  }

  /** Whether an object below the prefix is selected. */
  matches(item: CachedObject): boolean {
    if (this.everything) return true;
    if (this.key !== undefined && item.key !== this.key) return false;
    if (this.#name !== undefined && item.header.name !== this.#name) return false;
    if (this.#labels !== undefined && !this.#labels.matches(item.header.labels)) return false;
    return this.#fields === undefined || this.#fields.matches((field) => this.#read(item, field));
  }

  /** The selected objects that the cache has now, in key order. */
  list(): CachedObject[] {
    const { cache } = this.#scope;
    if (this.key !== undefined) {
      const found = cache.get(this.key);
      return found !== undefined && this.matches(found) ? [found] : [];
    }
    const below = cache.list(this.prefix);
    return this.everything ? below : below.filter((item) => this.matches(item));
  }

  /** The name that the path or the selector asks for; 400 when they differ. */
  #nameOf(): string | undefined {
    const selected = this.#fields?.exactMatch(NAME);
    const { name } = this.#scope;
    if (name === '') return selected;
    if (this.#fields !== undefined && selected !== name) throw badRequestError("fieldSelector metadata.name doesn't match requested name");
    return name;
  }

  #read(item: CachedObject, field: string): string {
    if (field === NAME) return item.header.name;
    if (field === NAMESPACE) return item.header.namespace;
    const { kind, version } = this.#scope.served;
    const select = must(kind.selectableFields[field], 'selectable field');
    return select(inVersion(item.object, version) as KubeObject);
  }
}

function labelsOf(text: string): LabelSelector | undefined {
  if (text === '') return undefined;
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) throw badRequestError(`unable to parse requirement: ${parsed.error}`.replace(/^(unable to parse requirement: )\1/, '$1'));
  return parsed.value.empty ? undefined : parsed.value;
}

function fieldsOf({ kind }: Scope, text: string): FieldSelector | undefined {
  if (text === '') return undefined;
  const parsed = parseFieldSelector(text);
  if (!parsed.ok) throw badRequestError(parsed.error);
  for (const { field } of parsed.value.requirements) {
    if (field === NAME || field === NAMESPACE || Object.hasOwn(kind.selectableFields, field)) continue;
    const none = Object.keys(kind.selectableFields).length === 0;
    throw badRequestError(
      none
        ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
        : `field label not supported: ${field}`,
    );
  }
  return parsed.value.empty ? undefined : parsed.value;
}
