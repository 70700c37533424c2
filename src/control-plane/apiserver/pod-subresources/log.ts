// pods/log: what a container wrote, as its kubelet sends it.

import type { IncomingMessage } from 'node:http';
import { FieldPath } from '../../../machinery/field-path.ts';
import type { Kind } from '../../../machinery/kind.ts';
import { forbidden, invalid, notSupported } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import { badRequestError, internalError, invalidError, StatusError } from '../../../machinery/status-error.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { queryFlag } from '../../../server/http/request-info.ts';
import { integerOf } from '../../../server/request-options.ts';
import type { ActionSubresource } from '../../../server/strategy.ts';
import { requestBackend } from './backend.ts';
import type { PodSubresourceParts } from './parts.ts';
import { containerOf, kubeletOf, pathOf, podOf } from './pod-target.ts';

const root = FieldPath.root;
const STREAMS = ['All', 'Stdout', 'Stderr'];
const FLAGS = ['follow', 'previous', 'timestamps'];
const NUMBERS = ['sinceSeconds', 'tailLines', 'limitBytes'];
/** As much of a refusal as is shown. */
const MESSAGE_BYTES = 50_000;

function problemsOf(query: URLSearchParams): Problem[] {
  const problems: Problem[] = [];
  const [sinceSeconds, tailLines, limitBytes] = NUMBERS.map((name) => integerOf(query, name));
  const stream = query.get('stream') ?? 'All';
  if (tailLines !== undefined && tailLines < 0)
    problems.push(invalid(root.child('tailLines'), tailLines, 'must be greater than or equal to 0'));
  if (limitBytes !== undefined && limitBytes < 1) problems.push(invalid(root.child('limitBytes'), limitBytes, 'must be greater than 0'));
  if (sinceSeconds !== undefined && query.has('sinceTime'))
    problems.push(forbidden(root, 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  else if (sinceSeconds !== undefined && sinceSeconds < 1)
    problems.push(invalid(root.child('sinceSeconds'), sinceSeconds, 'must be greater than 0'));
  if (!STREAMS.includes(stream)) problems.push(notSupported(root.child('stream'), stream, STREAMS));
  if (stream !== 'All' && tailLines !== undefined)
    problems.push(forbidden(root, '`tailLines` and specific `stream` are mutually exclusive for now'));
  return problems;
}

/** The options as the kubelet reads them. */
function kubeletQuery(query: URLSearchParams): string {
  const sent = new URLSearchParams();
  for (const flag of FLAGS) if (queryFlag(query, flag)) sent.set(flag, 'true');
  for (const name of [...NUMBERS, 'sinceTime']) {
    const value = query.get(name);
    if (value !== null && value !== '') sent.set(name, value);
  }
  sent.set('stream', query.get('stream') ?? 'All');
  return sent.toString();
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) {
    text += String(chunk);
    if (text.length > MESSAGE_BYTES) break;
  }
  return text.slice(0, MESSAGE_BYTES).trimEnd();
}

/** What a kubelet's refusal is to the client. */
async function refusalOf(answer: IncomingMessage, name: string): Promise<StatusError> {
  const { statusCode: code = 500 } = answer;
  const text = await textOf(answer);
  if (code === 400) return badRequestError(text);
  if (code === 500) return internalError(new Error(text));
  const unknown =
    code === 404
      ? { reason: 'NotFound', message: `the server could not find the requested resource (get pods/log ${name})` }
      : { reason: 'Unknown', message: text };
  return new StatusError({
    code,
    ...unknown,
    details: { name, kind: 'pods/log', causes: [{ reason: 'UnexpectedServerResponse', message: text }] },
  });
}

export const logSubresource = ({ kubelets, dial }: PodSubresourceParts): ActionSubresource => ({
  kind: 'action',
  verbs: ['get'],
  responds: pod as Kind,
  async handle(request, { lookups }) {
    const { query, info, signal } = request;
    const problems = problemsOf(query);
    if (problems.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, info.name, problems);
    const target = await podOf(request, lookups);
    const container = containerOf(target, query.get('container') ?? '');
    const { nodeName = '' } = target.spec;
    if (nodeName === '') return { status: 204, body: { kind: 'empty' } };
    const kubelet = await kubeletOf(nodeName, lookups, kubelets, signal);
    const backend =
      queryFlag(query, 'insecureSkipTLSVerifyBackend') && kubelet.tls !== undefined
        ? { ...kubelet, tls: { rejectUnauthorized: false } }
        : kubelet;
    const path = `${pathOf('containerLogs', info.namespace, info.name, container)}?${kubeletQuery(query)}`;
    const answer = await requestBackend(backend, dial, { method: 'GET', path, headers: {} }, signal);
    if ((answer.statusCode ?? 500) > 299) throw await refusalOf(answer, info.name);
    return { status: 200, body: { kind: 'stream', contentType: 'text/plain', chunks: answer } };
  },
});
