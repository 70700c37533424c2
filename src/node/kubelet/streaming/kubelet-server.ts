// The kubelet's HTTPS server: logs, commands, ports, Pods, figures, for those whom the API server allows.

import type { Server } from 'node:net';

import { TaskScope, aborted } from '../../../base/abort.ts';
import type { RequestInfo, ApiRequest, ApiResponse } from '../../../server/api-request.ts';
import type { Authenticator } from '../../../server/authenticator.ts';
import { encodeJson } from '../../../machinery/codec/json.ts';
import { StatusError, unauthorizedError } from '../../../machinery/status-error.ts';
import { ANONYMOUS } from '../../../server/user.ts';
import { listen } from '../../../server/http/listener.ts';
import type { TlsMaterial } from '../../../server/http/listener.ts';
import type { KubeletParts, KubeletView } from '../seams.ts';
import { createNodeStats } from '../stats/index.ts';
import { serveAttach, serveExec, servePortForward } from './command-endpoints.ts';
import type { CommandEndpointParts } from './command-endpoints.ts';
import { serveContainerLog } from './container-log-endpoint.ts';
import { createDelegatedAuthenticator } from './delegated-authentication.ts';
import { createDelegatedAuthorizer } from './delegated-authorization.ts';
import type { AuthorizeRequest } from './delegated-authorization.ts';

export interface KubeletServerOptions {
  readonly parts: KubeletParts;
  readonly view: KubeletView;
  /** The node's serving certificate, and the authority whose client certificates are believed. */
  readonly tls: TlsMaterial;
  /** 10250 unless told. */
  readonly port?: number;
  /** The node's own unless told. */
  readonly address?: string;
  /** By client certificate and TokenReview unless given. */
  readonly authenticator?: Authenticator;
  /** By SubjectAccessReview unless given. */
  readonly authorize?: AuthorizeRequest;
  /** What /configz shows. */
  readonly configuration?: object;
  /** Called once the port is open. */
  readonly onListening?: (port: number) => void;
}

const DEFAULT_PORT = 10_250;
const ALL_ADDRESSES = '0.0.0.0';

const notFound = (): StatusError => new StatusError({ code: 404, reason: 'NotFound', message: '404 page not found' });
const json = (object: unknown): ApiResponse => ({
  status: 200,
  body: { kind: 'bytes', contentType: 'application/json', bytes: Buffer.from(encodeJson(object)) },
});
const text = (contentType: string, content: string): ApiResponse => ({
  status: 200,
  body: { kind: 'bytes', contentType, bytes: Buffer.from(content) },
});

/** The message alone, as upstream's kubelet answers: the API server makes an object of it. */
function refusal(error: unknown): ApiResponse {
  if (!(error instanceof StatusError)) throw error;
  return { ...text('text/plain; charset=utf-8', error.message), status: error.code };
}

/** Paths here are the kubelet's own; none names an API resource. */
function infoOf(method: string, path: string): RequestInfo {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  return {
    isResourceRequest: false,
    verb: method.toLowerCase(),
    path,
    apiPrefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts,
  };
}

/** Serves until the signal fires; rejects when the port cannot be had. */
export async function runKubeletServer(options: KubeletServerOptions, signal: AbortSignal): Promise<void> {
  const { parts, view, port = DEFAULT_PORT } = options;
  const { scope, clock, random, logger, client, nodeName } = parts;
  const tasks = new TaskScope(signal, (error) => logger.warn('a connection to a container failed', { error }));
  const source: Server = await scope.listen({ address: options.address ?? scope.cidrs.address ?? ALL_ADDRESSES, port, signal });
  const bound = source.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  const authenticator = options.authenticator ?? createDelegatedAuthenticator({ client, clock });
  const authorize = options.authorize ?? createDelegatedAuthorizer({ client, clock, nodeName });
  const endpoint: CommandEndpointParts = { parts, view, start: (work) => tasks.start(work) };
  const routes = routesOf(options, endpoint);
  const listener = await listen({
    address: '',
    port: boundPort,
    source,
    tls: options.tls,
    authenticator,
    infoOf,
    clock,
    random,
    logger,
    async handle(request) {
      const { user, method, info } = request;
      try {
        if (user === ANONYMOUS) throw unauthorizedError();
        await authorize(user, method, info.path, request.signal);
        const [first = '', ...rest] = info.parts;
        const route = Object.hasOwn(routes, first) ? routes[first] : undefined;
        if (route === undefined) throw notFound();
        return await route(request, rest);
      } catch (error) {
        return refusal(error);
      }
    },
  });
  options.onListening?.(boundPort);
  await aborted(signal);
  await listener.close();
  await tasks.end();
}

type Route = (request: ApiRequest, path: readonly string[]) => Promise<ApiResponse> | ApiResponse;

function routesOf(
  { parts, view, configuration = {} }: KubeletServerOptions,
  endpoint: CommandEndpointParts,
): Readonly<Record<string, Route>> {
  const stats = createNodeStats(parts, view);
  const pods: Route = () =>
    json({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: {},
      items: view.pods().map(({ pod }) => ({ ...pod, kind: undefined, apiVersion: undefined })),
    });
  return {
    healthz: () => text('text/plain; charset=utf-8', 'ok'),
    pods,
    runningpods: pods,
    configz: () => json({ kubeletconfig: { kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', ...configuration } }),
    containerLogs: (request, path) => serveContainerLog(request, view, parts, path),
    exec: (request, path) => serveExec(request, endpoint, path),
    attach: (request, path) => serveAttach(request, endpoint, path),
    portForward: (request, path) => servePortForward(request, endpoint, path),
    async stats(_request, path) {
      if (path[0] !== 'summary') throw notFound();
      return json(await stats.summary());
    },
    async metrics(_request, path) {
      if (path[0] === undefined || path[0] === '') return text('text/plain; version=0.0.4; charset=utf-8', await stats.metrics());
      if (path[0] === 'resource') return text('text/plain; version=0.0.4; charset=utf-8', await stats.resourceMetrics());
      throw notFound();
    },
  };
}
