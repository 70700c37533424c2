// /containerLogs/<namespace>/<pod>/<container>: what a container wrote.

import type { ContainerStatus } from '../../../api/core/v1/pod-status.ts';
import { badRequestError, StatusError } from '../../../machinery/status-error.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import type { ApiRequest, ApiResponse } from '../../../server/api-request.ts';
import type { ContainerView, KubeletParts, KubeletView, PodView } from '../seams.ts';
import { readLog } from './log-reader.ts';

const notFound = (message: string): StatusError => new StatusError({ code: 404, reason: 'NotFound', message });

/** Whether a query parameter says yes. */
export const flag = (query: URLSearchParams, name: string): boolean => ['1', 'true', 'True', 'TRUE', 't'].includes(query.get(name) ?? '');

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new StatusError({ code: 422, reason: 'Invalid', message: `invalid ${name}: ${text}` });
  return value;
}

/** Why a container has no log that can be read, as upstream words it. */
export function missingLog(podName: string, container: string, status: ContainerStatus | undefined, previous: boolean): string {
  const of = `container "${container}" in pod "${podName}"`;
  if (previous) return `previous terminated ${of} not found`;
  const { waiting, terminated } = status?.state ?? {};
  if (terminated !== undefined) return `${of} is terminated`;
  if (waiting === undefined) return `${of} is not available`;
  const { reason = '' } = waiting;
  if (reason === 'ErrImagePull') return `${of} is waiting to start: image can't be pulled`;
  if (reason === 'ImagePullBackOff') return `${of} is waiting to start: trying and failing to pull image`;
  return `${of} is waiting to start: ${reason}`;
}

function statusOf({ pod: { status } }: PodView, container: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container);
}

/** A container of the Pod's spec, or a 404. */
function podWithContainer(view: KubeletView, namespace: string, name: string, container: string): PodView {
  const found = view.pod(namespace, name);
  if (found === undefined) throw notFound(`pod "${name}" does not exist`);
  const { containers, initContainers = [], ephemeralContainers = [] } = found.pod.spec;
  if (![...containers, ...initContainers, ...ephemeralContainers].some((each) => each.name === container)) {
    throw notFound(`container "${container}" not found in pod "${name}"`);
  }
  return found;
}

/** The attempt whose log is asked for: the newest that has begun, or the one before. */
function attemptOf(found: PodView, container: string, previous: boolean): ContainerView | undefined {
  const attempts = found.containers.filter(({ name }) => name === container);
  if (previous) return attempts[1];
  const [newest, before] = attempts;
  // One that is about to start, or could not, has written nothing yet.
  return newest?.state === 'created' && before !== undefined ? before : newest;
}

export function serveContainerLog(
  request: ApiRequest,
  view: KubeletView,
  { scope, clock }: KubeletParts,
  path: readonly string[],
): ApiResponse {
  const [namespace = '', name = '', container = ''] = path;
  const { query, signal } = request;
  const found = podWithContainer(view, namespace, name, container);
  const previous = flag(query, 'previous');
  const attempt = attemptOf(found, container, previous);
  if (attempt === undefined) throw badRequestError(missingLog(name, container, statusOf(found, container), previous));
  const isRunning = (): boolean => {
    const now = view.pod(namespace, name)?.containers.find(({ id }) => id === attempt.id);
    return now?.state === 'running' || now?.state === 'created';
  };
  const sinceSeconds = wholeNumber(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime');
  const stream = query.get('stream')?.toLowerCase();
  const chunks = readLog(
    {
      path: scope.hostPath(attempt.logPath),
      follow: flag(query, 'follow'),
      tailLines: wholeNumber(query, 'tailLines'),
      limitBytes: wholeNumber(query, 'limitBytes'),
      timestamps: flag(query, 'timestamps'),
      sinceMs: sinceSeconds !== undefined ? clock.now() - sinceSeconds * 1000 : sinceTime === null ? undefined : parseTime(sinceTime),
      stream: stream === 'stdout' || stream === 'stderr' ? stream : undefined,
      isRunning,
    },
    clock,
    signal,
  );
  return { status: 200, body: { kind: 'stream', contentType: 'text/plain', chunks } };
}
