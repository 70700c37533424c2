// The operations that a resource offers over HTTP, as OpenAPI describes them: one neutral list, rendered in either dialect by
// `paths.ts`.

import type { GroupVersionKind, Kind } from '../kind.ts';

export interface OpenApiParameter {
  readonly in: 'path' | 'query';
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
}

export interface OpenApiOperation {
  readonly path: string;
  readonly method: string;
  readonly id: string;
  readonly action: string;
  readonly kind: GroupVersionKind;
  readonly tag: string;
  readonly parameters: readonly OpenApiParameter[];
  /** The definition of the body, and the media types it may have (any unless told). */
  readonly body?: { readonly definition: string; readonly required: boolean; readonly mediaTypes?: readonly string[] };
  /** Status code → the definition of what is answered; undefined: text. */
  readonly responses: Readonly<Record<string, string | undefined>>;
  readonly mediaTypes: readonly string[];
}

/** The kind and definition that an object subresource reads and writes. */
export interface OpenApiBody extends GroupVersionKind {
  readonly definition: string;
}

export interface OpenApiSubresource {
  readonly name: string;
  /** HTTP methods, lower case. */
  readonly methods: readonly string[];
  /** What it reads and writes; the resource's own kind unless told. */
  readonly body?: OpenApiBody;
  /** It connects to something: a kind of options, with query parameters. */
  readonly connect?: { readonly options: GroupVersionKind; readonly parameters: readonly OpenApiParameter[]; readonly withPath?: boolean };
  /** It answers text (`log`). */
  readonly text?: readonly OpenApiParameter[];
}

export interface OpenApiResource {
  readonly kind: Kind;
  readonly verbs: readonly string[];
  readonly subresources: readonly OpenApiSubresource[];
  /** Whether a deletion answers the object rather than a Status. */
  readonly deleteAnswersObject?: boolean;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const STATUS = `${META}.Status`;
const PATCH = `${META}.Patch`;
const WATCH_EVENT = `${META}.WatchEvent`;
const DELETE_OPTIONS = `${META}.DeleteOptions`;

const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAM_TYPES = [...OBJECT_TYPES, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

const query = (name: string, type: OpenApiParameter['type'] = 'string'): OpenApiParameter => ({ in: 'query', name, type });
const PRETTY = query('pretty');
const NAME: OpenApiParameter = { in: 'path', name: 'name', type: 'string' };
const NAMESPACE: OpenApiParameter = { in: 'path', name: 'namespace', type: 'string' };
const SELECTING = [
  query('continue'),
  query('fieldSelector'),
  query('labelSelector'),
  query('limit', 'integer'),
  query('resourceVersion'),
  query('resourceVersionMatch'),
  query('sendInitialEvents', 'boolean'),
  query('shardSelector'),
  query('timeoutSeconds', 'integer'),
];
const LISTING = [query('allowWatchBookmarks', 'boolean'), ...SELECTING, query('watch', 'boolean')];
const WRITING = [query('dryRun'), query('fieldManager'), query('fieldValidation')];
const DELETING = [
  query('dryRun'),
  query('gracePeriodSeconds', 'integer'),
  query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean'),
  query('orphanDependents', 'boolean'),
  query('propagationPolicy'),
];

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `rbac.authorization.k8s.io` → `rbacAuthorization`; the core group has a name here. */
function groupWord(group: string): string {
  const [first = 'core', ...rest] = (group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')).split('.');
  return first + rest.map(capitalized).join('');
}

/** The tag of a group and version (`core_v1`). */
export const openApiTag = (group: string, version: string): string => `${groupWord(group)}_${version}`;

/** The word that stands for a group and version in operation ids (`CoreV1`). */
export const openApiGroupVersionWord = (group: string, version: string): string => capitalized(groupWord(group)) + capitalized(version);

/** Where a group and version is served. */
export const openApiBase = (group: string, version: string): string => (group === '' ? `/api/${version}` : `/apis/${group}/${version}`);

/** All operations of a resource and its subresources, watches on the old paths included. */
export function openApiOperations(resource: OpenApiResource): readonly OpenApiOperation[] {
  const maker = new Maker(resource);
  return [...maker.collection(), ...maker.item(), ...maker.watches(), ...resource.subresources.flatMap((each) => maker.subresource(each))];
}

class Maker {
  readonly #resource: OpenApiResource;
  readonly #word: string;
  readonly #scope: string;
  readonly #base: string;
  readonly #collection: string;
  readonly #place: readonly OpenApiParameter[];

  constructor(resource: OpenApiResource) {
    const { group, version, plural, scope } = resource.kind;
    this.#resource = resource;
    this.#word = openApiGroupVersionWord(group, version);
    this.#scope = scope === 'Namespaced' ? 'Namespaced' : '';
    this.#base = openApiBase(group, version);
    this.#collection = scope === 'Namespaced' ? `/namespaces/{namespace}/${plural}` : `/${plural}`;
    this.#place = scope === 'Namespaced' ? [NAMESPACE, PRETTY] : [PRETTY];
  }

  get #definition(): string {
    return this.#resource.kind.struct.name;
  }

  get #name(): string {
    return this.#scope + this.#resource.kind.kind;
  }

  #can(verb: string): boolean {
    return this.#resource.verbs.includes(verb);
  }

  #make(
    parts: Pick<OpenApiOperation, 'path' | 'method' | 'id' | 'action' | 'parameters' | 'responses'> & Partial<OpenApiOperation>,
  ): OpenApiOperation {
    const { group, version, kind } = this.#resource.kind;
    return { kind: { group, version, kind }, tag: openApiTag(group, version), mediaTypes: OBJECT_TYPES, ...parts };
  }

  collection(): readonly OpenApiOperation[] {
    const path = this.#base + this.#collection;
    const definition = this.#definition;
    const made: OpenApiOperation[] = [];
    if (this.#can('list')) made.push(this.#list(path, `list${this.#word}${this.#name}`, this.#place));
    if (this.#can('create')) {
      const responses = { '200': definition, '201': definition, '202': definition };
      const id = `create${this.#word}${this.#name}`;
      made.push(
        this.#make({
          path,
          method: 'post',
          id,
          action: 'post',
          parameters: [...this.#place, ...WRITING],
          body: { definition, required: true },
          responses,
        }),
      );
    }
    if (this.#can('deletecollection')) {
      const parameters = [...this.#place, ...SELECTING, ...DELETING];
      const id = `delete${this.#word}Collection${this.#name}`;
      const body = { definition: DELETE_OPTIONS, required: false };
      made.push(this.#make({ path, method: 'delete', id, action: 'deletecollection', parameters, body, responses: { '200': STATUS } }));
    }
    if (this.#can('list') && this.#scope !== '') {
      const id = `list${this.#word}${this.#resource.kind.kind}ForAllNamespaces`;
      made.push(this.#list(`${this.#base}/${this.#resource.kind.plural}`, id, [PRETTY]));
    }
    return made;
  }

  #list(path: string, id: string, place: readonly OpenApiParameter[]): OpenApiOperation {
    return this.#make({
      path,
      method: 'get',
      id,
      action: 'list',
      parameters: [...place, ...LISTING],
      responses: { '200': `${this.#definition}List` },
      mediaTypes: STREAM_TYPES,
    });
  }

  item(): readonly OpenApiOperation[] {
    const path = `${this.#base}${this.#collection}/{name}`;
    const made = this.#readAndWrite(path, '', (method) => this.#can({ get: 'get', put: 'update', patch: 'patch' }[method] ?? ''));
    if (this.#can('delete')) {
      const answer = this.#resource.deleteAnswersObject === true ? this.#definition : STATUS;
      const id = `delete${this.#word}${this.#name}`;
      const body = { definition: DELETE_OPTIONS, required: false };
      const parameters = [NAME, ...this.#place, ...DELETING];
      made.push(
        this.#make({ path, method: 'delete', id, action: 'delete', parameters, body, responses: { '200': answer, '202': answer } }),
      );
    }
    return made;
  }

  #readAndWrite(path: string, suffix: string, offers: (method: string) => boolean, of?: OpenApiBody): OpenApiOperation[] {
    const definition = of?.definition ?? this.#definition;
    const kind = of === undefined ? {} : { kind: { group: of.group, version: of.version, kind: of.kind } };
    const place = [NAME, ...this.#place];
    const id = (verb: string): string => `${verb}${this.#word}${this.#name}${suffix}`;
    const both = { '200': definition, '201': definition };
    const made: OpenApiOperation[] = [];
    if (offers('get'))
      made.push(
        this.#make({ path, method: 'get', id: id('read'), action: 'get', parameters: place, responses: { '200': definition }, ...kind }),
      );
    if (offers('put')) {
      const body = { definition, required: true };
      made.push(
        this.#make({
          path,
          method: 'put',
          id: id('replace'),
          action: 'put',
          parameters: [...place, ...WRITING],
          body,
          responses: both,
          ...kind,
        }),
      );
    }
    if (offers('patch')) {
      const body = { definition: PATCH, required: true, mediaTypes: PATCH_TYPES };
      const parameters = [...place, ...WRITING, query('force', 'boolean')];
      made.push(this.#make({ path, method: 'patch', id: id('patch'), action: 'patch', parameters, body, responses: both, ...kind }));
    }
    if (offers('post')) {
      const body = { definition, required: true };
      const responses = { ...both, '202': definition };
      made.push(
        this.#make({
          path,
          method: 'post',
          id: id('create'),
          action: 'post',
          parameters: [...place, ...WRITING],
          body,
          responses,
          ...kind,
        }),
      );
    }
    return made;
  }

  watches(): readonly OpenApiOperation[] {
    if (!this.#can('watch')) return [];
    const { kind, plural } = this.#resource.kind;
    const watch = (path: string, id: string, action: string, place: readonly OpenApiParameter[]): OpenApiOperation =>
      this.#make({
        path,
        method: 'get',
        id,
        action,
        parameters: [...place, ...LISTING],
        responses: { '200': WATCH_EVENT },
        mediaTypes: STREAM_TYPES,
      });
    const path = `${this.#base}/watch${this.#collection}`;
    const made = [
      watch(path, `watch${this.#word}${this.#name}List`, 'watchlist', this.#place),
      watch(`${path}/{name}`, `watch${this.#word}${this.#name}`, 'watch', [NAME, ...this.#place]),
    ];
    if (this.#scope !== '')
      made.push(watch(`${this.#base}/watch/${plural}`, `watch${this.#word}${kind}ListForAllNamespaces`, 'watchlist', [PRETTY]));
    return made;
  }

  subresource(each: OpenApiSubresource): readonly OpenApiOperation[] {
    const path = `${this.#base}${this.#collection}/{name}/${each.name}`;
    const suffix = capitalized(each.name);
    if (each.connect !== undefined) return this.#connect(path, suffix, each.methods, each.connect);
    if (each.text === undefined) return this.#readAndWrite(path, suffix, (method) => each.methods.includes(method), each.body);
    const id = `read${this.#word}${this.#name}${suffix}`;
    const parameters = [NAME, ...this.#place, ...each.text];
    return [
      this.#make({
        path,
        method: 'get',
        id,
        action: 'get',
        parameters,
        responses: { '200': undefined },
        mediaTypes: ['text/plain', ...OBJECT_TYPES],
      }),
    ];
  }

  #connect(
    path: string,
    suffix: string,
    methods: readonly string[],
    { options, parameters, withPath }: NonNullable<OpenApiSubresource['connect']>,
  ): readonly OpenApiOperation[] {
    const place = [NAME, ...this.#place.filter((each) => each !== PRETTY), ...parameters];
    const make = (method: string, at: string, end: string, all: readonly OpenApiParameter[]): OpenApiOperation => {
      const id = `connect${this.#word}${capitalized(method)}${this.#name}${suffix}${end}`;
      return this.#make({
        path: at,
        method,
        id,
        action: 'connect',
        parameters: all,
        responses: { '200': undefined },
        mediaTypes: ['*/*'],
        kind: options,
      });
    };
    const rest: OpenApiParameter = { in: 'path', name: 'path', type: 'string' };
    return [
      ...methods.map((method) => make(method, path, '', place)),
      ...(withPath === true ? methods.map((method) => make(method, `${path}/{path}`, 'WithPath', [...place, rest])) : []),
    ];
  }
}
