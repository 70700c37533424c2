// Image references: their parts, and the pull policy that a container gets when it names none.

/** The parts of an image reference; the repository carries its registry, as the container runtime wants it. */
export interface ImageReference {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_COMPONENT = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const NAME = `(?:${DOMAIN}/)?${PATH_COMPONENT}(?:/${PATH_COMPONENT})*`;
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(${NAME})(?::(\\w[\\w.-]{0,127}))?(?:@(${DIGEST}))?$`);
const BARE_ID = /^[a-f0-9]{64}$/;
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const DEFAULT_REGISTRY = 'docker.io';
const LEGACY_REGISTRY = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';
const LONGEST_NAME = 255;

/** Takes a reference apart, with the default registry filled in; undefined when it is none. */
export function parseImageReference(image: string): ImageReference | undefined {
  if (BARE_ID.test(image)) return undefined;
  const { registry, path } = splitRegistry(image);
  const match = REFERENCE.exec(`${registry}/${path}`);
  if (match === null) return undefined;
  const [, repository = '', tag, digest] = match;
  const name = path.split(/[:@]/, 1)[0] ?? '';
  if (name !== name.toLowerCase() || repository.length > LONGEST_NAME) return undefined;
  return digest === undefined || hasDigestLength(digest) ? { repository, tag, digest } : undefined;
}

function splitRegistry(image: string): { registry: string; path: string } {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const named = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = named && first !== LEGACY_REGISTRY ? first : DEFAULT_REGISTRY;
  const path = named ? image.slice(slash + 1) : image;
  return { registry, path: registry === DEFAULT_REGISTRY && !path.includes('/') ? OFFICIAL_PREFIX + path : path };
}

function hasDigestLength(digest: string): boolean {
  const [algorithm = '', hex = ''] = digest.split(':');
  return hex === hex.toLowerCase() && DIGEST_LENGTHS[algorithm] === hex.length;
}

/** Always for `latest`, said or meant; otherwise an image that is there is used. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const reference = parseImageReference(image);
  if (reference === undefined) return 'IfNotPresent';
  const { tag, digest } = reference;
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}
