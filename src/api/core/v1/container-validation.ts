// Checks of the containers of a Pod: regular, init and ephemeral, each with what only its sort may carry.

import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { checkPortName, checkPortNumber } from '../../../machinery/formats/port.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { duplicate, forbidden, invalid, notFound, notSupported, required, tooMany } from '../../../machinery/problem.ts';
import { complaints, present, requiredChoice, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Container, ContainerPort, EphemeralContainer } from './container.ts';
import { validateEnv, validateEnvFrom } from './environment-validation.ts';
import { validateLifecycle, validateProbes } from './handler-validation.ts';
import type { PodSurroundings } from './pod-surroundings.ts';
import { validateContainerResources } from './resource-validation.ts';
import { validateSecurityContext } from './security-context-validation.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mount-validation.ts';

export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MOST_RESTART_RULES = 20;
const MOST_EXIT_CODES = 255;
const POLICY_MISSING = 'must specify restartPolicy when restart rules are used';

/** Checks the regular containers. */
export function* validateContainers(pod: PodSurroundings, at: FieldPath): Problems {
  const { containers } = pod.spec;
  if (containers.length === 0) return yield required(at);
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const here = at.index(index);
    yield* validateCommon(container, pod, here);
    if (names.has(container.name)) yield duplicate(here.child('name'), container.name);
    names.add(container.name);
    yield* validateLifecycle(container.lifecycle, pod.spec, here.child('lifecycle'));
    yield* validateProbes(container, pod.spec, here);
    yield* validateRestartRules(container, here);
  }
  yield* uniqueHostPorts(containers, at);
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

/** Checks the init containers, sidecars among them. */
export function* validateInitContainers(pod: PodSurroundings, at: FieldPath): Problems {
  const names = new Set(pod.spec.containers.map(({ name }) => name));
  for (const [index, container] of (pod.spec.initContainers ?? []).entries()) {
    const here = at.index(index);
    yield* validateCommon(container, pod, here);
    if (container.restartPolicy !== undefined) yield* validateRestartRules(container, here);
    else if ((container.restartPolicyRules ?? []).length > 0) yield required(here.child('restartPolicy'), POLICY_MISSING);
    if (names.has(container.name)) yield duplicate(here.child('name'), container.name);
    else if (container.name !== '') names.add(container.name);
    yield* uniqueHostPorts([container], at);
    if (container.restartPolicy === 'Always') {
      yield* validateLifecycle(container.lifecycle, pod.spec, here.child('lifecycle'));
      yield* validateProbes(container, pod.spec, here);
      continue;
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      if (container[field] !== undefined) yield forbidden(here.child(field), ONLY_SIDECARS);
    if (!pod.ratchet.initContainerRestartedOnResize) yield* noRestartOnResize(container, here.child('resizePolicy'));
  }
}

function* noRestartOnResize({ resizePolicy = [] }: Container, at: FieldPath): Problems {
  for (const [index, { restartPolicy }] of resizePolicy.entries())
    if (restartPolicy === 'RestartContainer')
      yield invalid(
        at.index(index).child('restartPolicy'),
        restartPolicy,
        "must not be set to 'RestartContainer' for non-sidecar initContainers",
      );
}

// In the order in which upstream's type declares them, which is the order of the problems.
const NOT_FOR_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const NOT_EPHEMERAL = 'cannot be set for an Ephemeral Container';

/** Checks the ephemeral containers. */
export function* validateEphemeralContainers(pod: PodSurroundings, at: FieldPath): Problems {
  const others = new Set([...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  for (const [index, container] of (pod.spec.ephemeralContainers ?? []).entries()) {
    const here = at.index(index);
    yield* validateCommon(container, pod, here);
    yield* untrimmedImage(container, here);
    if (names.has(container.name)) yield duplicate(here.child('name'), container.name);
    names.add(container.name);
    const target = container.targetContainerName ?? '';
    if (target !== '' && !others.has(target)) yield notFound(here.child('targetContainerName'), target);
    for (const field of NOT_FOR_EPHEMERAL) if (isSet(container, field)) yield forbidden(here.child(field), NOT_EPHEMERAL);
    yield* noSubPaths(container, here.child('volumeMounts'));
  }
}

/** Resources are always there; any other field counts as soon as it is. */
const isSet = (container: EphemeralContainer, field: (typeof NOT_FOR_EPHEMERAL)[number]): boolean =>
  container[field] !== undefined && (field !== 'resources' || Object.keys(container.resources).length > 0);

function* noSubPaths({ volumeMounts = [] }: EphemeralContainer, at: FieldPath): Problems {
  for (const [index, { subPath = '', subPathExpr = '' }] of volumeMounts.entries()) {
    if (subPath !== '') yield forbidden(at.index(index).child('subPath'), NOT_EPHEMERAL);
    if (subPathExpr !== '') yield forbidden(at.index(index).child('subPathExpr'), NOT_EPHEMERAL);
  }
}

/** Pods (not templates) refuse images with white space around them. */
export function* untrimmedImage({ image = '' }: Pick<Container, 'image'>, at: FieldPath): Problems {
  if (image !== image.trim()) yield invalid(at.child('image'), image, 'must not have leading or trailing whitespace');
}

function* validateCommon(container: Container | EphemeralContainer, pod: PodSurroundings, at: FieldPath): Problems {
  if (container.name === '') yield required(at.child('name'));
  else yield* complaints(at.child('name'), container.name, checkDns1123Label(container.name));
  yield* present(at.child('image'), container.image);
  yield* requiredChoice(at.child('terminationMessagePolicy'), container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  yield* validatePorts(container.ports ?? [], at.child('ports'));
  yield* validateEnv(container.env ?? [], at.child('env'));
  yield* validateEnvFrom(container.envFrom ?? [], at.child('envFrom'));
  yield* validateVolumeMounts(container, pod.volumes, at.child('volumeMounts'));
  yield* validateVolumeDevices(container, pod.volumes, at.child('volumeDevices'));
  yield* requiredChoice(at.child('imagePullPolicy'), container.imagePullPolicy, PULL_POLICIES);
  yield* validateContainerResources(container.resources, pod, at.child('resources'));
  yield* validateResizePolicy(container, pod, at.child('resizePolicy'));
  yield* validateSecurityContext(container.securityContext, pod.spec.hostUsers !== false, at.child('securityContext'));
}

function* validatePorts(ports: readonly ContainerPort[], at: FieldPath): Problems {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const here = at.index(index);
    yield* validatePortName(port.name ?? '', names, here.child('name'));
    if (port.containerPort === 0) yield required(here.child('containerPort'));
    else yield* complaints(here.child('containerPort'), port.containerPort, checkPortNumber(port.containerPort));
    const hostPort = port.hostPort ?? 0;
    if (hostPort !== 0) yield* complaints(here.child('hostPort'), hostPort, checkPortNumber(hostPort));
    yield* requiredChoice(here.child('protocol'), port.protocol, PROTOCOLS);
  }
}

function* validatePortName(name: string, seen: Set<string>, at: FieldPath): Problems {
  if (name === '') return;
  const messages = checkPortName(name);
  if (messages.length > 0) yield* complaints(at, name, messages);
  else if (seen.has(name)) yield duplicate(at, name);
  else seen.add(name);
}

function* uniqueHostPorts(containers: readonly Container[], at: FieldPath): Problems {
  const taken = new Set<string>();
  for (const [index, { ports = [] }] of containers.entries()) {
    for (const [portIndex, { protocol = '', hostIP = '', hostPort = 0 }] of ports.entries()) {
      if (hostPort === 0) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) yield duplicate(at.index(index).child('ports').index(portIndex).child('hostPort'), key);
      taken.add(key);
    }
  }
}

function* validateResizePolicy({ resizePolicy = [] }: Pick<Container, 'resizePolicy'>, pod: PodSurroundings, at: FieldPath): Problems {
  const resources = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    if (resources.has(resourceName)) yield duplicate(at.index(index), resourceName);
    resources.add(resourceName);
    yield* requiredChoice(at, resourceName, ['cpu', 'memory']);
    yield* requiredChoice(at, restartPolicy, ['NotRequired', 'RestartContainer']);
    if (pod.spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      yield invalid(at, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
  }
}

function* validateRestartRules({ restartPolicy, restartPolicyRules: rules = [] }: Container, at: FieldPath): Problems {
  if (restartPolicy === undefined) {
    if (rules.length === 0) return;
    yield required(at.child('restartPolicy'), POLICY_MISSING);
  } else yield* supported(at.child('restartPolicy'), restartPolicy, ['Always', 'Never', 'OnFailure']);
  if (rules.length > MOST_RESTART_RULES) yield tooMany(at.child('restartPolicyRules'), rules.length, MOST_RESTART_RULES);
  for (const [index, { action = '', exitCodes }] of rules.entries()) {
    const here = at.child('restartPolicyRules').index(index);
    yield* supported(here.child('action'), action, ['Restart', 'RestartAllContainers']);
    if (exitCodes === undefined) {
      yield required(here.child('exitCodes'), 'must be specified');
      continue;
    }
    const { operator = '', values = [] } = exitCodes;
    if (operator !== 'In' && operator !== 'NotIn') yield notSupported(here.child('exitCodes', 'operator'), operator, ['In', 'NotIn']);
    if (values.length > MOST_EXIT_CODES) yield tooMany(here.child('exitCodes', 'values'), values.length, MOST_EXIT_CODES);
  }
}
