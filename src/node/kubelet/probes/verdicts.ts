// What the probes concluded about containers, as decisions and statuses read it.

/** `unknown`: probed, but no conclusion yet. Undefined: not probed. */
export type Verdict = 'success' | 'failure' | 'unknown';

export type ProbeType = 'liveness' | 'readiness' | 'startup';

/** The newest conclusions, by the id of a container. */
export interface ProbeVerdicts {
  liveness(containerId: string): Verdict | undefined;
  readiness(containerId: string): Verdict | undefined;
  startup(containerId: string): Verdict | undefined;
}

/** For Pods that nobody probes. */
export const NO_VERDICTS: ProbeVerdicts = { liveness: () => undefined, readiness: () => undefined, startup: () => undefined };
