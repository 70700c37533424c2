// Links in proxied answers: a page that names `/style.css` means its own server's, which lies below the proxy's path.
//
// L1. Only paths that begin with a slash, on the backend's own host, are changed; everything else stays byte for byte.

/** Attributes that hold URLs, by element (https://html.spec.whatwg.org/multipage/indices.html#attributes-3). */
const URL_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

const TAG = /<([a-zA-Z]+)(\s[^<>]*)>/g;
const ATTRIBUTE = /(\s)([a-zA-Z]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)/g;

/** Where proxied paths begin, and which host is the backend's own. */
export interface ProxyPlace {
  /** `/api/v1/namespaces/NS/pods/NAME/proxy` */
  readonly prefix: string;
  /** `10.1.2.3:8080` */
  readonly host: string;
}

/** A URL as the client must ask for it. */
export function proxiedUrl(url: string, { prefix, host }: ProxyPlace): string {
  const [, own = '', path = url] = /^(?:https?:)?\/\/([^/]*)(\/.*)?$/.exec(url) ?? [];
  if (own !== '' && own !== host) return url;
  const rest = own === '' ? url : path;
  if (!rest.startsWith('/') || rest.startsWith('//') || rest === prefix || rest.startsWith(`${prefix}/`))
    return rest.startsWith('/') && own !== '' ? rest : url;
  return `${prefix}${rest}`;
}

/** A page whose links lead through the proxy. */
export function proxiedPage(html: string, place: ProxyPlace): string {
  return html.replaceAll(TAG, (tag: string, element: string, attributes: string) => {
    const names = URL_ATTRIBUTES[element.toLowerCase()];
    if (names === undefined) return tag;
    const changed = attributes.replaceAll(ATTRIBUTE, (whole: string, space: string, name: string, equals: string, value: string) => {
      if (!names.includes(name.toLowerCase())) return whole;
      const quote = value.startsWith('"') || value.startsWith("'") ? value.charAt(0) : '';
      const url = quote === '' ? value : value.slice(1, -1);
      return `${space}${name}${equals}${quote}${proxiedUrl(url, place)}${quote}`;
    });
    return `<${element}${changed}>`;
  });
}
