// /exec, /attach and /portForward: a client joined to a container or a Pod's network.

import type { ApiRequest, ApiResponse, Upgrade } from '../../../server/api-request.ts';
import { badRequestError, StatusError } from '../../../machinery/status-error.ts';
import type { ContainerView, KubeletParts, KubeletView } from '../seams.ts';
import { flag } from './container-log-endpoint.ts';
import { forwardPorts } from './port-forward.ts';
import { joinRuntime } from './remote-session.ts';
import type { RemoteSession, RemoteStreams } from './remote-session.ts';
import { asksForSpdy, commandOverSpdy } from './serve-spdy.ts';
import { asksForWebSocket, commandOverWebSocket } from './serve-websocket.ts';

export interface CommandEndpointParts {
  readonly parts: KubeletParts;
  readonly view: KubeletView;
  /** Runs what goes on after the request was answered. */
  readonly start: (work: (signal: AbortSignal) => Promise<void>) => void;
}

/** Upstream's kubelet and API server name the streams differently; both names are read. */
export function streamsOf(query: URLSearchParams): RemoteStreams {
  const tty = flag(query, 'tty');
  const streams = {
    stdin: flag(query, 'input') || flag(query, 'stdin'),
    stdout: flag(query, 'output') || flag(query, 'stdout'),
    // A terminal has one output.
    stderr: !tty && (flag(query, 'error') || flag(query, 'stderr')),
    tty,
  };
  if (!streams.stdin && !streams.stdout && !streams.stderr) throw badRequestError('you must specify at least 1 of stdin, stdout, stderr');
  return streams;
}

const absentPod = (): StatusError => new StatusError({ code: 404, reason: 'NotFound', message: 'pod does not exist' });

function failed(cause: unknown): StatusError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StatusError({ code: 500, reason: 'InternalError', message }, { cause });
}

function runningContainer(view: KubeletView, path: readonly string[]): ContainerView {
  const [namespace = '', name = '', ...rest] = path;
  const container = rest.at(-1) ?? '';
  const uid = rest.length === 2 ? rest[0] : undefined;
  const pod = view.pod(namespace, name, uid);
  if (pod === undefined) throw absentPod();
  const found = pod.containers.find((each) => each.name === container);
  if (found === undefined || found.state !== 'running') throw failed(new Error(`container not found ("${container}")`));
  return found;
}

function upgraded({ headers }: ApiRequest, serve: (upgrade: Upgrade) => void): ApiResponse {
  if (!asksForSpdy(headers) && !asksForWebSocket(headers)) throw badRequestError('Upgrade request required');
  return { status: 101, body: { kind: 'upgrade', serve } };
}

async function urlFromRuntime(ask: () => Promise<{ readonly url: string }>): Promise<string> {
  try {
    return (await ask()).url;
  } catch (error) {
    throw failed(error);
  }
}

/** /exec/<namespace>/<pod>[/<uid>]/<container>?command=… */
export async function serveExec(request: ApiRequest, endpoint: CommandEndpointParts, path: readonly string[]): Promise<ApiResponse> {
  const { query, signal } = request;
  const streams = streamsOf(query);
  const containerId = runningContainer(endpoint.view, path).id;
  const { tty, ...which } = streams;
  const cmd = query.getAll('command');
  const url = await urlFromRuntime(() => endpoint.parts.cri.exec({ containerId, cmd, tty, ...which }, { signal }));
  return upgraded(request, (upgrade) => endpoint.start(() => serveCommand(upgrade, endpoint, streams, url)));
}

/** /attach/<namespace>/<pod>[/<uid>]/<container> */
export async function serveAttach(request: ApiRequest, endpoint: CommandEndpointParts, path: readonly string[]): Promise<ApiResponse> {
  const { query, signal } = request;
  const streams = streamsOf(query);
  const containerId = runningContainer(endpoint.view, path).id;
  const url = await urlFromRuntime(() => endpoint.parts.cri.attach({ containerId, ...streams }, { signal }));
  return upgraded(request, (upgrade) => endpoint.start(() => serveCommand(upgrade, endpoint, streams, url)));
}

async function serveCommand(upgrade: Upgrade, { parts }: CommandEndpointParts, streams: RemoteStreams, url: string): Promise<void> {
  const session: RemoteSession | undefined = asksForSpdy(upgrade.request.headers)
    ? await commandOverSpdy(upgrade, streams, parts.clock)
    : await commandOverWebSocket(upgrade, streams);
  if (session !== undefined) await joinRuntime(session, url, streams.tty);
}

/** /portForward/<namespace>/<pod>[/<uid>]?port=… */
export async function servePortForward(
  request: ApiRequest,
  { parts, view, start }: CommandEndpointParts,
  path: readonly string[],
): Promise<ApiResponse> {
  const [namespace = '', name = '', uid] = path;
  const found = view.pod(namespace, name, uid);
  if (found === undefined) throw absentPod();
  const podSandboxId = found.sandboxId;
  if (podSandboxId === undefined) throw failed(new Error(`pod "${name}" is not running`));
  const ports = request.query
    .getAll('port')
    .flatMap((text) => text.split(','))
    .map(Number);
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) throw badRequestError('port must be between 1 and 65535');
  const url = await urlFromRuntime(() => parts.cri.portForward({ podSandboxId, port: ports }, { signal: request.signal }));
  const { logger } = parts;
  return upgraded(request, (upgrade) => start((signal) => forwardPorts(upgrade, { url, ports, logger, signal })));
}
