// Kubeconfig: which server to talk to, how to trust it, and as whom. See https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/

/** Where a client connects, and with what. PEM texts. */
export interface ConnectionSettings {
  /** `https://host:port`, perhaps with a path. */
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  /** The name that the server's certificate must carry, where it is not the host's. */
  readonly serverName?: string;
  readonly insecure?: boolean;
}

interface Named<K extends string, T> {
  name: string;
  [key: string]: unknown;
  value?: T & { [P in K]?: unknown };
}

/** A kubeconfig file as parsed; unknown fields are kept. */
export interface Kubeconfig {
  apiVersion?: string;
  kind?: string;
  'current-context'?: string;
  clusters?: (Named<'cluster', unknown> & { cluster?: Record<string, unknown> })[];
  users?: (Named<'user', unknown> & { user?: Record<string, unknown> })[];
  contexts?: (Named<'context', unknown> & { context?: Record<string, unknown> })[];
  [key: string]: unknown;
}

const base64 = (text: string): string => btoa(text);
const fromBase64 = (text: unknown): string | undefined => (typeof text === 'string' && text !== '' ? atob(text) : undefined);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A kubeconfig with one context, called `name`. */
export function kubeconfigFor(name: string, settings: ConnectionSettings): Kubeconfig {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: settings.server,
          ...(settings.ca === undefined ? {} : { 'certificate-authority-data': base64(settings.ca) }),
          ...(settings.serverName === undefined ? {} : { 'tls-server-name': settings.serverName }),
        },
      },
    ],
    users: [
      {
        name,
        user: {
          ...(settings.cert === undefined ? {} : { 'client-certificate-data': base64(settings.cert) }),
          ...(settings.key === undefined ? {} : { 'client-key-data': base64(settings.key) }),
          ...(settings.token === undefined ? {} : { token: settings.token }),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}

/** Reads the files that a kubeconfig points to. */
export type FileReader = (path: string) => string;

/** What the current (or the named) context says. Throws an Error that names what is missing. */
export function connectionOf(config: Kubeconfig, readFile: FileReader, contextName?: string): ConnectionSettings {
  const wanted = contextName ?? config['current-context'] ?? '';
  const context = config.contexts?.find(({ name }) => name === wanted)?.context;
  if (context === undefined) throw new Error(`the kubeconfig has no context ${JSON.stringify(wanted)}`);
  const cluster = config.clusters?.find(({ name }) => name === context['cluster'])?.cluster;
  if (cluster === undefined) throw new Error(`the kubeconfig has no cluster ${JSON.stringify(context['cluster'])}`);
  const user = config.users?.find(({ name }) => name === context['user'])?.user ?? {};
  const part = (from: Record<string, unknown>, field: string): string | undefined => {
    const file = textOf(from[field]);
    return fromBase64(from[`${field}-data`]) ?? (file === undefined ? undefined : readFile(file));
  };
  const server = textOf(cluster['server']);
  if (server === undefined) throw new Error(`the cluster ${JSON.stringify(context['cluster'])} of the kubeconfig names no server`);
  const tokenFile = textOf(user['tokenFile']);
  const found = {
    ca: part(cluster, 'certificate-authority'),
    cert: part(user, 'client-certificate'),
    key: part(user, 'client-key'),
    token: textOf(user['token']) ?? (tokenFile === undefined ? undefined : readFile(tokenFile).trim()),
    serverName: textOf(cluster['tls-server-name']),
  };
  return {
    server,
    insecure: cluster['insecure-skip-tls-verify'] === true,
    ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
  };
}

/** `config` with the context of `added` put in (or replaced) and made current. */
export function mergeKubeconfig(config: Kubeconfig, added: Kubeconfig): Kubeconfig {
  const merge = <T extends { name: string }>(old: readonly T[] = [], next: readonly T[] = []): T[] => [
    ...old.filter(({ name }) => !next.some((other) => other.name === name)),
    ...next,
  ];
  return {
    apiVersion: 'v1',
    kind: 'Config',
    ...config,
    clusters: merge(config.clusters, added.clusters),
    users: merge(config.users, added.users),
    contexts: merge(config.contexts, added.contexts),
    'current-context': added['current-context'] ?? config['current-context'] ?? '',
  };
}

/** `config` without the context, cluster and user called `name`. */
export function removeFromKubeconfig(config: Kubeconfig, removed: string): Kubeconfig {
  const without = <T extends { name: string }>(entries: readonly T[] = []): T[] => entries.filter(({ name }) => name !== removed);
  return {
    ...config,
    clusters: without(config.clusters),
    users: without(config.users),
    contexts: without(config.contexts),
    'current-context': config['current-context'] === removed ? '' : (config['current-context'] ?? ''),
  };
}
