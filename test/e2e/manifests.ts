// Manifests for end-to-end tests: what they have in common said once.

import { BUSYBOX_IMAGE } from './images.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A container that runs a shell script in the busybox image. */
export function container(name: string, script: string, more: Fields = {}): Fields {
  return { name, image: BUSYBOX_IMAGE, command: ['sh', '-c', script], ...more };
}

/** Until it is told to end: a shell that waits in the background hears SIGTERM at once. */
export const FOREVER = 'trap exit TERM; while :; do sleep 1000 & wait $!; done';

/** A Pod's spec with one container; it ends soon when it is deleted. */
export function podSpec(script: string, spec: Fields = {}, more: Fields = {}): Fields {
  return { terminationGracePeriodSeconds: 1, containers: [container('main', script, more)], ...spec };
}

/** A bare Pod. */
export function pod(name: string, script: string, spec: Fields = {}, more: Fields = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: podSpec(script, spec, more) };
}

/** A ConfigMap or Secret with these texts. */
export function texts(kind: 'ConfigMap' | 'Secret', name: string, entries: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind, metadata: { name }, [kind === 'Secret' ? 'stringData' : 'data']: entries };
}
