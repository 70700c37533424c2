// Actions on a running container: exec, HTTP, TCP, gRPC, sleep; probes and lifecycle hooks built of them.

import { field, inline, int32, int64, intOrString, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const execAction = struct('io.k8s.api.core.v1.ExecAction', {
  command: list(string(), { pb: 1, listType: 'atomic' }),
});
export interface ExecAction extends Infer<typeof execAction> {}

export const httpHeader = struct('io.k8s.api.core.v1.HTTPHeader', {
  name: string({ presence: 'always', pb: 1, required: 'published' }),
  value: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface HTTPHeader extends Infer<typeof httpHeader> {}

export const httpGetAction = struct(
  'io.k8s.api.core.v1.HTTPGetAction',
  {
    path: string({ pb: 1 }),
    port: intOrString({ presence: 'always', pb: 2, required: 'published' }),
    host: string({ pb: 3 }),
    scheme: string({ pb: 4, enum: ['HTTP', 'HTTPS'], enumChecked: false }),
    httpHeaders: list(httpHeader, { pb: 5, listType: 'atomic' }),
  },
  {
    defaults(self) {
      self.path ||= '/';
      self.scheme ||= 'HTTP';
    },
  },
);
export interface HTTPGetAction extends Infer<typeof httpGetAction> {}

export const tcpSocketAction = struct('io.k8s.api.core.v1.TCPSocketAction', {
  port: intOrString({ presence: 'always', pb: 1, required: 'published' }),
  host: string({ pb: 2 }),
});
export interface TCPSocketAction extends Infer<typeof tcpSocketAction> {}

export const grpcAction = struct('io.k8s.api.core.v1.GRPCAction', {
  port: int32({ presence: 'always', pb: 1, required: 'published' }),
  service: string({ presence: 'pointer', pb: 2, default: '' }),
});
export interface GRPCAction extends Infer<typeof grpcAction> {}

export const sleepAction = struct('io.k8s.api.core.v1.SleepAction', {
  seconds: int64({ presence: 'always', pb: 1, required: 'published' }),
});
export interface SleepAction extends Infer<typeof sleepAction> {}

export const probeHandler = struct('io.k8s.api.core.v1.ProbeHandler', {
  exec: field(execAction, { presence: 'pointer', pb: 1 }),
  httpGet: field(httpGetAction, { presence: 'pointer', pb: 2 }),
  tcpSocket: field(tcpSocketAction, { presence: 'pointer', pb: 3 }),
  grpc: field(grpcAction, { presence: 'pointer', pb: 4 }),
});
export interface ProbeHandler extends Infer<typeof probeHandler> {}

export const probe = struct(
  'io.k8s.api.core.v1.Probe',
  {
    probeHandler: inline(probeHandler, { pb: 1 }),
    initialDelaySeconds: int32({ pb: 2 }),
    timeoutSeconds: int32({ pb: 3 }),
    periodSeconds: int32({ pb: 4 }),
    successThreshold: int32({ pb: 5 }),
    failureThreshold: int32({ pb: 6 }),
    terminationGracePeriodSeconds: int64({ presence: 'pointer', pb: 7 }),
  },
  {
    defaults(self) {
      self.timeoutSeconds ||= 1;
      self.periodSeconds ||= 10;
      self.successThreshold ||= 1;
      self.failureThreshold ||= 3;
    },
  },
);
export interface Probe extends Infer<typeof probe> {}

export const lifecycleHandler = struct('io.k8s.api.core.v1.LifecycleHandler', {
  exec: field(execAction, { presence: 'pointer', pb: 1 }),
  httpGet: field(httpGetAction, { presence: 'pointer', pb: 2 }),
  tcpSocket: field(tcpSocketAction, { presence: 'pointer', pb: 3 }),
  sleep: field(sleepAction, { presence: 'pointer', pb: 4 }),
});
export interface LifecycleHandler extends Infer<typeof lifecycleHandler> {}

export const lifecycle = struct('io.k8s.api.core.v1.Lifecycle', {
  postStart: field(lifecycleHandler, { presence: 'pointer', pb: 1 }),
  preStop: field(lifecycleHandler, { presence: 'pointer', pb: 2 }),
  stopSignal: string({
    presence: 'pointer',
    pb: 3,
    gate: 'ContainerStopSignals',
    enum: [
      'SIGABRT',
      'SIGALRM',
      'SIGBUS',
      'SIGCHLD',
      'SIGCLD',
      'SIGCONT',
      'SIGFPE',
      'SIGHUP',
      'SIGILL',
      'SIGINT',
      'SIGIO',
      'SIGIOT',
      'SIGKILL',
      'SIGPIPE',
      'SIGPOLL',
      'SIGPROF',
      'SIGPWR',
      'SIGQUIT',
      'SIGRTMAX',
      'SIGRTMAX-1',
      'SIGRTMAX-10',
      'SIGRTMAX-11',
      'SIGRTMAX-12',
      'SIGRTMAX-13',
      'SIGRTMAX-14',
      'SIGRTMAX-2',
      'SIGRTMAX-3',
      'SIGRTMAX-4',
      'SIGRTMAX-5',
      'SIGRTMAX-6',
      'SIGRTMAX-7',
      'SIGRTMAX-8',
      'SIGRTMAX-9',
      'SIGRTMIN',
      'SIGRTMIN+1',
      'SIGRTMIN+10',
      'SIGRTMIN+11',
      'SIGRTMIN+12',
      'SIGRTMIN+13',
      'SIGRTMIN+14',
      'SIGRTMIN+15',
      'SIGRTMIN+2',
      'SIGRTMIN+3',
      'SIGRTMIN+4',
      'SIGRTMIN+5',
      'SIGRTMIN+6',
      'SIGRTMIN+7',
      'SIGRTMIN+8',
      'SIGRTMIN+9',
      'SIGSEGV',
      'SIGSTKFLT',
      'SIGSTOP',
      'SIGSYS',
      'SIGTERM',
      'SIGTRAP',
      'SIGTSTP',
      'SIGTTIN',
      'SIGTTOU',
      'SIGURG',
      'SIGUSR1',
      'SIGUSR2',
      'SIGVTALRM',
      'SIGWINCH',
      'SIGXCPU',
      'SIGXFSZ',
    ],
    enumChecked: false,
  }),
});
export interface Lifecycle extends Infer<typeof lifecycle> {}
