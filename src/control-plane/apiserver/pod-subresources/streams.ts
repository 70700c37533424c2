// pods/exec, pods/attach and pods/portforward: a connection that the client upgrades, joined to the kubelet's.

import { podAttachOptions, podExecOptions, podPortForwardOptions } from '../../../api/core/v1/pod-options.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import type { Kind } from '../../../machinery/kind.ts';
import { required } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import { badRequestError, invalidError } from '../../../machinery/status-error.ts';
import { queryFlag } from '../../../server/http/request-info.ts';
import type { ActionSubresource } from '../../../server/strategy.ts';
import type { PodSubresourceParts } from './parts.ts';
import { containerOf, kubeletOf, pathOf, podOf } from './pod-target.ts';
import { tunnel } from './tunnel.ts';

const root = FieldPath.root;

/** The query's names of the streams, and the kubelet's. */
const STREAMS = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
] as const;

function streamQuery(query: URLSearchParams): URLSearchParams {
  const sent = new URLSearchParams();
  for (const [name, kubelets] of STREAMS) if (queryFlag(query, name)) sent.set(kubelets, '1');
  for (const word of query.getAll('command')) sent.append('command', word);
  return sent;
}

interface Stream {
  /** The kubelet's name of it. */
  readonly endpoint: string;
  readonly options: Kind;
  /** Whether it is about one container. */
  readonly container: boolean;
  query(given: URLSearchParams): URLSearchParams;
  check(given: URLSearchParams): readonly Problem[];
}

const EXEC: Stream = {
  endpoint: 'exec',
  options: podExecOptions as Kind,
  container: true,
  query: streamQuery,
  check: (given) => (given.getAll('command').length === 0 ? [required(root.child('command'))] : []),
};

const ATTACH: Stream = {
  endpoint: 'attach',
  options: podAttachOptions as Kind,
  container: true,
  query: streamQuery,
  check: () => [],
};

const PORT_FORWARD: Stream = {
  endpoint: 'portForward',
  options: podPortForwardOptions as Kind,
  container: false,
  query(given) {
    const ports = given.getAll('ports').flatMap((text) => text.split(','));
    return new URLSearchParams(ports.length === 0 ? {} : { port: ports.join(',') });
  },
  check: () => [],
};

function streamSubresource({ kubelets, dial, logger }: PodSubresourceParts, stream: Stream): ActionSubresource {
  return {
    kind: 'action',
    verbs: ['create', 'get'],
    responds: stream.options,
    async handle(request, { lookups }) {
      const { info, query, signal } = request;
      const { namespace, name } = info;
      const problems = stream.check(query);
      if (problems.length > 0) throw invalidError(stream.options, name, problems);
      const target = await podOf(request, lookups);
      const container = stream.container ? [containerOf(target, query.get('container') ?? '')] : [];
      const { nodeName = '' } = target.spec;
      if (nodeName === '') throw badRequestError(`pod ${name} does not have a host assigned`);
      const kubelet = await kubeletOf(nodeName, lookups, kubelets, signal);
      const sent = stream.query(query).toString();
      const path = pathOf(stream.endpoint, namespace, name, ...container);
      return tunnel(request, kubelet, sent === '' ? path : `${path}?${sent}`, { dial, logger });
    },
  };
}

export const execSubresource = (parts: PodSubresourceParts): ActionSubresource => streamSubresource(parts, EXEC);
export const attachSubresource = (parts: PodSubresourceParts): ActionSubresource => streamSubresource(parts, ATTACH);
export const portForwardSubresource = (parts: PodSubresourceParts): ActionSubresource => streamSubresource(parts, PORT_FORWARD);
