// The HTTP probe: any answer from 200 to 399 is a success; certificates are not checked.

import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { URL, urlToHttpOptions } from 'node:url';

import type { HTTPGetAction } from '../../../api/core/v1/handlers.ts';
import type { Clock } from '../../../base/clock.ts';
import type { ProbeOutcome, ProbeTarget } from './outcome.ts';
import { dialText, failure, joinHostPort, success, within } from './outcome.ts';

const MAX_REDIRECTS = 10;
const BODY_LIMIT = 10 * 1024;

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** Asks once. */
export function probeHttp(clock: Clock, action: HTTPGetAction, target: ProbeTarget): Promise<ProbeOutcome> {
  const url = urlOf(action, target);
  const late = failure(`Get "${url.href}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  return within(clock, target.timeoutMs, late, (signal) => follow(url, headersOf(action), signal));
}

function urlOf({ scheme, path = '' }: HTTPGetAction, { host, port }: ProbeTarget): URL {
  const base = `${scheme === 'HTTPS' ? 'https' : 'http'}://${joinHostPort(host, port)}`;
  return new URL(path.startsWith('/') ? base + path : `${base}/${path}`);
}

function headersOf({ httpHeaders = [] }: HTTPGetAction): Record<string, string | string[]> {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of httpHeaders) (headers[name.toLowerCase()] ??= []).push(value);
  headers['user-agent'] ??= ['kube-probe/1.36'];
  headers['accept'] ??= ['*/*'];
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]));
}

async function follow(start: URL, headers: Record<string, string | string[]>, signal: AbortSignal): Promise<ProbeOutcome> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    let answer: Answer;
    try {
      answer = await ask(url, headers, signal);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
      return failure(`Get "${url.href}": ${dialText({ host: url.hostname, port }, error)}`);
    }
    const { status, location, body } = answer;
    if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
    if (status < 300 || location === undefined) return success(body);
    const next = URL.parse(location, url.href);
    if (next === null || next.hostname !== start.hostname)
      return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
    if (redirects === MAX_REDIRECTS) return failure(`Get "${url.href}": stopped after ${MAX_REDIRECTS} redirects`);
    url = next;
  }
}

function ask(url: URL, headers: Record<string, string | string[]>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { headers, agent: false, signal };
    const sent =
      url.protocol === 'https:'
        ? httpsRequest({ ...urlToHttpOptions(url), ...options, rejectUnauthorized: false })
        : httpRequest({ ...urlToHttpOptions(url), ...options });
    sent.on('error', reject);
    sent.on('response', (response) => readBody(response, resolve, reject));
    sent.end();
  });
}

function readBody(response: IncomingMessage, resolve: (answer: Answer) => void, reject: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const answer = (): void => {
    const { statusCode = 0, headers } = response;
    resolve({ status: statusCode, location: headers.location, body: Buffer.concat(chunks).toString('utf8', 0, BODY_LIMIT) });
  };
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < BODY_LIMIT) return;
    answer();
    response.destroy();
  });
  response.on('end', answer);
  response.on('error', reject);
}
