// Checks of what is done to a running container: handlers, probes, lifecycle hooks.

import { checkHttpHeaderName } from '../../../machinery/formats/identifier.ts';
import { checkPortName, checkPortNumber } from '../../../machinery/formats/port.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, required } from '../../../machinery/problem.ts';
import type { Int64, IntOrString } from '../../../machinery/schema.ts';
import { complaints, nonNegative, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { lifecycle as lifecycleStruct } from './handlers.ts';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, ProbeHandler, SleepAction } from './handlers.ts';
import type { PodSpec } from './pod-spec.ts';

/** What handlers must know of their Pod. */
export type HandlerSurroundings = Pick<PodSpec, 'terminationGracePeriodSeconds' | 'os'>;

/** A port by number or by name. */
export function validatePortNumberOrName(port: IntOrString, at: FieldPath): Problems {
  return complaints(at, port, typeof port === 'number' ? checkPortNumber(port) : checkPortName(port));
}

function* validateHttpGet(action: HTTPGetAction, at: FieldPath): Problems {
  if (action.path === undefined || action.path === '') yield required(at.child('path'));
  yield* validatePortNumberOrName(action.port, at.child('port'));
  yield* supported(at.child('scheme'), action.scheme ?? '', ['HTTP', 'HTTPS']);
  for (const { name } of action.httpHeaders ?? []) yield* complaints(at.child('httpHeaders'), name, checkHttpHeaderName(name));
}

function* validateSleep({ seconds }: SleepAction, gracePeriod: Int64 | undefined, at: FieldPath): Problems {
  if (gracePeriod !== undefined && (seconds < 0 || seconds > gracePeriod))
    yield invalid(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`);
}

function* validateHandler(handler: ProbeHandler & LifecycleHandler, gracePeriod: Int64 | undefined, at: FieldPath): Problems {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const kinds: (readonly [string, (() => Problems) | undefined])[] = [
    ['exec', exec && (() => ((exec.command ?? []).length === 0 ? [required(at.child('exec', 'command'))] : []))],
    ['httpGet', httpGet && (() => validateHttpGet(httpGet, at.child('httpGet')))],
    ['tcpSocket', tcpSocket && (() => validatePortNumberOrName(tcpSocket.port, at.child('tcpSocket', 'port')))],
    ['grpc', grpc && (() => validatePortNumberOrName(grpc.port, at.child('grpc', 'port')))],
    ['sleep', sleep && (() => validateSleep(sleep, gracePeriod, at.child('sleep')))],
  ];
  let seen = false;
  for (const [name, check] of kinds) {
    if (check === undefined) continue;
    if (seen) yield forbidden(at.child(name), 'may not specify more than 1 handler type');
    else yield* check();
    seen = true;
  }
  if (!seen) yield required(at, 'must specify a handler type');
}

function* validateProbe(probe: Probe, gracePeriod: Int64 | undefined, at: FieldPath): Problems {
  yield* validateHandler(probe, gracePeriod, at);
  yield* nonNegative(at.child('initialDelaySeconds'), probe.initialDelaySeconds);
  yield* nonNegative(at.child('timeoutSeconds'), probe.timeoutSeconds);
  yield* nonNegative(at.child('periodSeconds'), probe.periodSeconds);
  yield* nonNegative(at.child('successThreshold'), probe.successThreshold);
  yield* nonNegative(at.child('failureThreshold'), probe.failureThreshold);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) yield invalid(at.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0');
}

/** The three probes of a container. */
export interface Probes {
  readonly livenessProbe?: Probe | undefined;
  readonly readinessProbe?: Probe | undefined;
  readonly startupProbe?: Probe | undefined;
}

/** Checks the probes of a container that runs along with the Pod. */
export function* validateProbes(probes: Probes, pod: HandlerSurroundings, at: FieldPath): Problems {
  const { livenessProbe, readinessProbe, startupProbe } = probes;
  yield* validateSingleSuccessProbe(livenessProbe, pod, at.child('livenessProbe'));
  if (readinessProbe !== undefined) {
    const here = at.child('readinessProbe');
    yield* validateProbe(readinessProbe, pod.terminationGracePeriodSeconds, here);
    const grace = readinessProbe.terminationGracePeriodSeconds;
    if (grace !== undefined) yield invalid(here.child('terminationGracePeriodSeconds'), grace, 'must not be set for readinessProbes');
  }
  yield* validateSingleSuccessProbe(startupProbe, pod, at.child('startupProbe'));
}

function* validateSingleSuccessProbe(probe: Probe | undefined, pod: HandlerSurroundings, at: FieldPath): Problems {
  if (probe === undefined) return;
  yield* validateProbe(probe, pod.terminationGracePeriodSeconds, at);
  const threshold = probe.successThreshold ?? 0;
  if (threshold !== 1) yield invalid(at.child('successThreshold'), threshold, 'must be 1');
}

const STOP_SIGNALS: Readonly<Record<string, readonly string[]>> = {
  linux: lifecycleStruct.fields.stopSignal.enum ?? [],
  windows: ['SIGKILL', 'SIGTERM'],
};

/** Checks the hooks and the stop signal of a container. */
export function* validateLifecycle(lifecycle: Lifecycle | undefined, pod: HandlerSurroundings, at: FieldPath): Problems {
  if (lifecycle === undefined) return;
  const { postStart, preStop, stopSignal } = lifecycle;
  if (postStart !== undefined) yield* validateHandler(postStart, pod.terminationGracePeriodSeconds, at.child('postStart'));
  if (preStop !== undefined) yield* validateHandler(preStop, pod.terminationGracePeriodSeconds, at.child('preStop'));
  if (stopSignal === undefined) return;
  if (pod.os === undefined) yield forbidden(at.child('stopSignal'), 'may not be set for containers with empty `spec.os.name`');
  else {
    const signals = STOP_SIGNALS[pod.os.name];
    if (signals !== undefined) yield* supported(at.child('stopSignal'), stopSignal, signals);
  }
}
