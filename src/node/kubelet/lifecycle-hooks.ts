// Runs what a container wants done after its start and before its end.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import type { Clock } from '../../base/clock.ts';
import type { LifecycleHandler } from '../../api/core/v1/handlers.ts';
import type { CriClient } from '../runtime/index.ts';
import { resolvePort } from './probes/ports.ts';
import type { AnyContainer } from './seams.ts';

interface Parts {
  readonly cri: CriClient;
  readonly clock: Clock;
}

export interface HookSubject {
  readonly container: AnyContainer;
  readonly containerId: string;
  readonly podIp: string;
  /** As messages name the Pod. */
  readonly pod: string;
}

/** How long an exec hook may take where nothing else bounds it. */
const EXEC_LIMIT_MS = 24 * 3_600_000;

/** Runs the hook to its end; a failure gives its message. The signal bounds it. */
export async function runHook(
  parts: Parts,
  subject: HookSubject,
  hook: LifecycleHandler,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { container, pod } = subject;
  if (hook.exec !== undefined) return runExec(parts, subject, hook.exec.command ?? [], signal);
  if (hook.httpGet !== undefined) {
    const problem = await runHttp(subject, hook.httpGet, signal);
    const path = hook.httpGet.path ?? '';
    return problem === undefined
      ? undefined
      : `HTTP lifecycle hook (${path}) for Container "${container.name}" in Pod "${pod}" failed - error: ${problem}`;
  }
  if (hook.sleep !== undefined) {
    await parts.clock.sleep(Number(hook.sleep.seconds) * 1000, signal);
    return undefined;
  }
  return 'Cannot run handler: invalid handler';
}

async function runExec({ cri }: Parts, subject: HookSubject, command: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const { container, pod, containerId } = subject;
  const said = (error: string, output: string): string =>
    `Exec lifecycle hook (${JSON.stringify(command)}) for Container "${container.name}" in Pod "${pod}" failed - error: ${error}, message: "${output}"`;
  try {
    const { exitCode, stdout, stderr } = await cri.execSync(
      { containerId, cmd: [...command], timeout: 0 },
      { signal, timeoutMs: EXEC_LIMIT_MS },
    );
    if (exitCode === 0) return undefined;
    return said(
      `command '${command.join(' ')}' exited with ${exitCode}: ${Buffer.from(stderr).toString()}`,
      Buffer.from(stdout).toString(),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return said(error instanceof Error ? error.message : String(error), '');
  }
}

type HttpGet = NonNullable<LifecycleHandler['httpGet']>;

async function runHttp({ container, podIp }: HookSubject, action: HttpGet, signal: AbortSignal): Promise<string | undefined> {
  const port = resolvePort(action.port, container);
  if (port === undefined) return `couldn't find port: ${JSON.stringify(action.port)}`;
  const secure = action.scheme === 'HTTPS';
  const headers: Record<string, string> = { 'User-Agent': 'kube-lifecycle/1.36', Accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  const options = { host: action.host || podIp, port, path: `/${(action.path ?? '').replace(/^\//, '')}`, headers, agent: false, signal };
  return new Promise((resolve) => {
    const sent = secure ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    sent.on('response', (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 400 ? `HTTP request returned ${statusCode}` : undefined);
    });
    sent.on('error', (error) => resolve(error.message));
    sent.end();
  });
}
