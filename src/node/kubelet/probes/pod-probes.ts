// Probes the containers of one Pod while they run, and keeps what was concluded.
//
// B1. A probe belongs to one container of the runtime: a restarted one starts from scratch. Until the first conclusion liveness
//     counts as good, readiness as bad, startup as open.
// B2. Liveness and readiness begin when startup has succeeded. Startup, and a failed liveness, end with their conclusion.
// B3. A container that was ready before Tyke restarted stays ready until a probe says otherwise.

import type { Probe } from '../../../api/core/v1/handlers.ts';
import { isSidecar } from '../../../api/core/v1/pod-resources.ts';
import type { Container } from '../../../api/core/v1/container.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isAbort, TaskScope } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { EventRecorder } from '../../../runtime/event-recorder.ts';
import type { CriClient } from '../../runtime/index.ts';
import { expand } from '../environment/expansion.ts';
import { containerSubject } from '../pod-names.ts';
import type { PodRuntime, RuntimeContainer } from '../runtime-state.ts';
import { probeExec } from './exec.ts';
import { probeGrpc } from './grpc.ts';
import { probeHttp } from './http.ts';
import type { ProbeOutcome } from './outcome.ts';
import { resolvePort } from './ports.ts';
import { probeTcp } from './tcp.ts';
import type { ProbeType, ProbeVerdicts, Verdict } from './verdicts.ts';

interface Parts {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly events: EventRecorder;
  /** A conclusion changed: the Pod needs another look. */
  readonly onChange: () => void;
}

interface Probed {
  readonly pod: Pod;
  readonly container: Container;
  readonly running: RuntimeContainer;
  readonly podIp: string;
}

interface Watched {
  readonly verdicts: Map<ProbeType, Verdict>;
  readonly tasks: TaskScope;
  readonly quiet: AbortController;
}

const TITLES: Readonly<Record<ProbeType, string>> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' };
const INITIAL: Readonly<Record<ProbeType, Verdict>> = { liveness: 'success', readiness: 'failure', startup: 'unknown' };

/** The probes of one Pod. */
export class PodProbes implements ProbeVerdicts {
  readonly #parts: Parts;
  readonly #signal: AbortSignal;
  readonly #watched = new Map<string, Watched>();
  #ending = false;
  #newest: Pod | undefined;

  constructor(parts: Parts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  liveness(containerId: string): Verdict | undefined {
    return this.#watched.get(containerId)?.verdicts.get('liveness');
  }

  readiness(containerId: string): Verdict | undefined {
    return this.#watched.get(containerId)?.verdicts.get('readiness');
  }

  startup(containerId: string): Verdict | undefined {
    return this.#watched.get(containerId)?.verdicts.get('startup');
  }

  /** Starts the probes of containers that run now, ends those of containers that do not. */
  async update(pod: Pod, runtime: PodRuntime, podIp: string): Promise<void> {
    this.#newest = pod;
    const probed = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)];
    const running = new Map<string, Probed>();
    for (const each of runtime.containers) {
      const container = probed.find(({ name }) => name === each.name);
      if (each.state === 'running' && container !== undefined) running.set(each.id, { pod, container, running: each, podIp });
    }
    for (const [id, { tasks }] of this.#watched) {
      if (running.has(id)) continue;
      this.#watched.delete(id);
      await tasks.end();
    }
    for (const [id, target] of running) if (!this.#watched.has(id)) this.#watch(id, target);
  }

  /** The Pod is ending: only its readiness still counts. */
  endLiveness(): void {
    this.#ending = true;
    for (const { quiet, verdicts } of this.#watched.values()) {
      quiet.abort(new DOMException('the Pod is ending', 'AbortError'));
      if (verdicts.has('liveness')) verdicts.set('liveness', 'success');
    }
  }

  async end(): Promise<void> {
    const all = [...this.#watched.values()];
    this.#watched.clear();
    await Promise.all(all.map(({ tasks }) => tasks.end()));
  }

  #watch(id: string, target: Probed): void {
    const probes: Partial<Record<ProbeType, Probe | undefined>> = {
      startup: target.container.startupProbe,
      liveness: target.container.livenessProbe,
      readiness: target.container.readinessProbe,
    };
    const types = (Object.keys(probes) as ProbeType[]).filter((type) => probes[type] !== undefined);
    const tasks = new TaskScope(this.#signal, (error) => this.#parts.logger.error('a probe ended', { container: id, error }));
    const quiet = new AbortController();
    tasks.signal.addEventListener('abort', () => quiet.abort(tasks.signal.reason), { once: true });
    const known = adoptedReadiness(target);
    const verdicts = new Map<ProbeType, Verdict>(types.map((type) => [type, INITIAL[type]]));
    if (known.started && verdicts.has('startup')) verdicts.set('startup', 'success');
    if (known.ready && verdicts.has('readiness')) verdicts.set('readiness', 'success');
    this.#watched.set(id, { verdicts, tasks, quiet });
    const begin = async (type: ProbeType, signal: AbortSignal): Promise<void> => {
      const probe = probes[type];
      if (probe !== undefined) await this.#run(type, probe, target, verdicts, signal);
    };
    const withoutStartup = verdicts.get('startup') === 'success' || !verdicts.has('startup');
    tasks.start(async (signal) => {
      if (!withoutStartup) await begin('startup', quiet.signal).catch((error: unknown) => this.#unlessQuiet(error, quiet.signal));
      if (verdicts.has('startup') && verdicts.get('startup') !== 'success') return;
      tasks.start((scope) => begin('readiness', scope));
      if (!this.#ending)
        tasks.start(() => begin('liveness', quiet.signal).catch((error: unknown) => this.#unlessQuiet(error, quiet.signal)));
      signal.throwIfAborted();
    });
  }

  #unlessQuiet(error: unknown, signal: AbortSignal): void {
    if (!isAbort(error, signal)) throw error;
  }

  async #run(type: ProbeType, probe: Probe, target: Probed, verdicts: Map<ProbeType, Verdict>, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#parts;
    const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, successThreshold = 1 } = probe;
    const periodMs = periodSeconds * 1000;
    const adopted = verdicts.get(type) === 'success' && type === 'readiness';
    await clock.sleep(Math.max(0, target.running.startedAtMs + initialDelaySeconds * 1000 - clock.now()), signal);
    // Many Pods are adopted at once: do not probe them all in the same moment.
    if (adopted) await clock.sleep(random.fraction() * periodMs, signal);
    let last: Verdict | undefined;
    let run = 0;
    for (let dueMs = clock.monotonicMs(); ;) {
      const verdict = await this.#once(type, probe, target, signal);
      if (verdict !== undefined) {
        run = verdict === last ? run + 1 : 1;
        last = verdict;
        if (run >= (verdict === 'failure' ? failureThreshold : successThreshold)) {
          this.#conclude(type, verdict, verdicts);
          if (type === 'startup' || (type === 'liveness' && verdict === 'failure')) return;
        }
      }
      dueMs = Math.max(dueMs + periodMs, clock.monotonicMs());
      await clock.sleep(dueMs - clock.monotonicMs(), signal);
    }
  }

  #conclude(type: ProbeType, verdict: Verdict, verdicts: Map<ProbeType, Verdict>): void {
    if (verdicts.get(type) === verdict) return;
    verdicts.set(type, verdict);
    this.#parts.onChange();
  }

  /** One run and its Events; undefined when it could not be run and says nothing. */
  async #once(type: ProbeType, probe: Probe, target: Probed, signal: AbortSignal): Promise<Verdict | undefined> {
    const outcome = await this.#probe(probe, target, signal);
    signal.throwIfAborted();
    const subject = containerSubject(this.#newest ?? target.pod, target.container.name);
    const title = TITLES[type];
    switch (outcome.result) {
      case 'success':
        return 'success';
      case 'warning':
        this.#parts.events.record(subject, 'Warning', 'ProbeWarning', `${title} probe warning: ${outcome.output}`);
        return 'success';
      case 'failure':
        this.#parts.events.record(subject, 'Warning', 'Unhealthy', `${title} probe failed: ${outcome.output}`);
        return 'failure';
      case 'error':
        if (outcome.output !== '') {
          this.#parts.events.record(
            subject,
            'Warning',
            'Unhealthy',
            `${title} probe errored and resulted in unknown state: ${outcome.output}`,
          );
        }
        return undefined;
    }
  }

  async #probe(probe: Probe, { container, running, podIp }: Probed, signal: AbortSignal): Promise<ProbeOutcome> {
    const { clock, cri } = this.#parts;
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    const { exec, httpGet, tcpSocket, grpc } = probe;
    if (exec !== undefined) {
      const literal = new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
      const command = (exec.command ?? []).map((word) => expand(word, literal));
      return probeExec(cri, running.id, command, timeoutMs, signal);
    }
    const named = httpGet?.port ?? tcpSocket?.port ?? grpc?.port ?? 0;
    const port = resolvePort(named, container);
    if (port === undefined) return { result: 'error', output: `couldn't find port: ${JSON.stringify(named)}` };
    const host = httpGet?.host || tcpSocket?.host || podIp;
    const target = { host, port, timeoutMs };
    if (httpGet !== undefined) return probeHttp(clock, httpGet, target);
    return grpc === undefined ? probeTcp(clock, target) : probeGrpc(clock, grpc.service ?? '', target);
  }
}

/** What was reported of this very container before Tyke restarted. */
function adoptedReadiness({ pod, running }: Probed): { readonly started: boolean; readonly ready: boolean } {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  const reported = [...containerStatuses, ...initContainerStatuses].find(({ containerID = '' }) => containerID.endsWith(`//${running.id}`));
  return { started: reported?.started === true, ready: reported?.ready === true };
}
