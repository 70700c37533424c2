// Content negotiation: what an Accept header asks for, and which of it this server gives.

export type MediaType = 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';

/** How an answer is to be written. `as` names a projection of the objects. */
export interface Negotiated {
  readonly mediaType: MediaType;
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | undefined;
  /** `v1` or `v1beta1` of meta.k8s.io. */
  readonly asVersion: string;
  readonly pretty: boolean;
}

export const MEDIA_TYPES: readonly MediaType[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function parseClauses(accept: string): Clause[] {
  const clauses = accept.split(',').map((text): Clause => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => [part.slice(0, part.indexOf('=')).toLowerCase(), part.slice(part.indexOf('=') + 1).replaceAll('"', '')]),
    );
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
  });
  // Array.sort is stable: equal qualities keep the order of the header.
  return clauses.filter((clause) => clause.quality > 0).sort((a, b) => b.quality - a.quality);
}

function mediaTypesOf(type: string): readonly MediaType[] {
  if (type === '*/*' || type === 'application/*') return ['application/json'];
  return MEDIA_TYPES.filter((mediaType) => mediaType === type);
}

const PROJECTIONS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/**
 * The first clause that can be satisfied; undefined when none can (406). `projections`: whether objects may be asked for as a
 * Table or as metadata alone; asked only where somebody wants that, since it takes a look at the object.
 */
export function negotiate(
  accept: string,
  options: { readonly projections: () => boolean; readonly pretty: boolean },
): Negotiated | undefined {
  const { pretty } = options;
  if (accept === 'application/json' || accept.trim() === '')
    return { mediaType: 'application/json', as: undefined, asVersion: 'v1', pretty };
  for (const { type, parameters } of parseClauses(accept)) {
    const [mediaType] = mediaTypesOf(type);
    if (mediaType === undefined) continue;
    const as = parameters.get('as');
    const wantsPretty = pretty || parameters.get('pretty') === '1';
    if (as === undefined) return { mediaType, as: undefined, asVersion: 'v1', pretty: wantsPretty };
    const asVersion = parameters.get('v') ?? '';
    const group = parameters.get('g') ?? '';
    if (!options.projections() || group !== 'meta.k8s.io' || !(asVersion === 'v1' || asVersion === 'v1beta1') || !PROJECTIONS.has(as))
      continue;
    // A Table has no protobuf form.
    if (as === 'Table' && mediaType === 'application/vnd.kubernetes.protobuf') continue;
    return { mediaType, as: as as Negotiated['as'], asVersion, pretty: wantsPretty };
  }
  return undefined;
}
