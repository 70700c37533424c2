// Health: /livez says whether the process should live, /readyz whether it should get traffic, /healthz is the elder of both.
// See https://kubernetes.io/docs/reference/using-api/health-checks/

import type { ApiRequest, ApiResponse } from '../api-request.ts';

/** A named check; a string is why it fails. */
export interface HealthCheck {
  readonly name: string;
  check(): string | undefined;
}

export interface HealthChecks {
  readonly livez: readonly HealthCheck[];
  readonly readyz: readonly HealthCheck[];
}

const ping: HealthCheck = { name: 'ping', check: () => undefined };

function plain(status: number, text: string): ApiResponse {
  return {
    status,
    headers: { 'x-content-type-options': 'nosniff' },
    body: { kind: 'bytes', contentType: 'text/plain; charset=utf-8', bytes: Buffer.from(text) },
  };
}

/** Answers /livez, /readyz, /healthz and their single checks; undefined for other paths. */
export function answerHealth(request: ApiRequest, checks: HealthChecks): ApiResponse | undefined {
  const [endpoint = '', only, ...more] = request.info.path.split('/').filter((part) => part !== '');
  if (!['livez', 'readyz', 'healthz'].includes(endpoint) || more.length > 0) return undefined;
  const all = [
    ping,
    ...(endpoint === 'livez' ? checks.livez : endpoint === 'readyz' ? checks.readyz : [...checks.livez, ...checks.readyz]),
  ];
  if (only !== undefined) {
    const single = all.find(({ name }) => name === only);
    if (single === undefined) return undefined;
    const failure = single.check();
    return failure === undefined ? plain(200, 'ok') : plain(500, `internal server error: ${failure}\n`);
  }
  const excluded = new Set(request.query.getAll('exclude'));
  const results = all.map((each) => ({
    name: each.name,
    excluded: excluded.has(each.name),
    failure: excluded.has(each.name) ? undefined : each.check(),
  }));
  const failed = results.some(({ failure }) => failure !== undefined);
  if (!failed && !request.query.has('verbose')) return plain(200, 'ok');
  const lines = results.map(({ name, excluded: skipped, failure }) =>
    skipped ? `[+]${name} excluded: ok` : failure === undefined ? `[+]${name} ok` : `[-]${name} failed: reason withheld`,
  );
  const unknown = [...excluded].filter((name) => !all.some((each) => each.name === name)).toSorted();
  if (unknown.length > 0) {
    lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map((name) => JSON.stringify(name)).join(',')}`);
  }
  return plain(failed ? 500 : 200, `${lines.join('\n')}\n${endpoint} check ${failed ? 'failed' : 'passed'}\n`);
}
