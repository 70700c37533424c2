// Sees to it that a container's image is on the node, as its pull policy says, and tells the Pod's user how that went.
//
// U1. A pull that failed is not tried again before its back-off is over; meanwhile the reason stays visible.
// U2. One pull of an image with the same logins runs at a time; others wait for it.

import { parseImageReference } from '../../../api/core/v1/container-image.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Secret } from '../../../api/core/v1/secret.ts';
import { secret } from '../../../api/core/v1/secret.ts';
import type { Clock } from '../../../base/clock.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Client } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { printDurationMs } from '../../../machinery/duration.ts';
import type { EventRecorder, EventSubject } from '../../../runtime/event-recorder.ts';
import type { CriClient, Image, PodSandboxConfigInput } from '../../runtime/index.ts';
import type { ImageUser } from '../config/security.ts';
import { containerSubject, podUid } from '../pod-names.ts';
import type { RestartBackoff } from '../restart-backoff.ts';
import type { AnyContainer } from '../seams.ts';
import { loginsFor } from './credentials.ts';

/** An image on the node. */
export interface PresentImage {
  readonly ref: string;
  readonly user: ImageUser;
}

export type ImageOutcome =
  | { readonly ok: true; readonly image: PresentImage }
  | { readonly ok: false; readonly reason: string; readonly message: string; readonly retryInMs: number | undefined };

interface Parts {
  readonly cri: CriClient;
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly backoff: RestartBackoff;
}

const PULL_TIMEOUT_MS = 3_600_000;

/** Pulls images. */
export class ImagePuller {
  readonly #parts: Parts;
  readonly #lastErrors = new Map<string, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The image of a container, pulled if need be. */
  async ensure(pod: Pod, container: AnyContainer, sandbox: PodSandboxConfigInput, signal: AbortSignal): Promise<ImageOutcome> {
    const { image: requested = '', imagePullPolicy } = container;
    const subject = containerSubject(pod, container.name);
    const reference = parseImageReference(requested);
    if (reference === undefined) {
      const message = `Failed to apply default image tag "${requested}": couldn't parse image name "${requested}": invalid reference format`;
      this.#parts.events.record(subject, 'Warning', 'InspectFailed', message);
      return { ok: false, reason: 'InvalidImageName', message, retryInMs: undefined };
    }
    const image = reference.tag === undefined && reference.digest === undefined ? `${requested}:latest` : requested;
    if (imagePullPolicy !== 'Always') {
      const present = await this.#inspect(image, signal);
      if (present !== undefined) {
        const message = `Container image "${requested}" already present on machine and can be accessed by the pod`;
        this.#parts.events.record(subject, 'Normal', 'Pulled', message);
        return { ok: true, image: present };
      }
      if (imagePullPolicy === 'Never') {
        const message = `Container image "${requested}" is not present with pull policy of Never`;
        this.#parts.events.record(subject, 'Warning', 'ErrImageNeverPull', message);
        return { ok: false, reason: 'ErrImageNeverPull', message, retryInMs: undefined };
      }
    }
    return this.#pull(pod, subject, { requested, image, repository: reference.repository }, sandbox, signal);
  }

  async #pull(
    pod: Pod,
    subject: EventSubject,
    { requested, image, repository }: { requested: string; image: string; repository: string },
    sandbox: PodSandboxConfigInput,
    signal: AbortSignal,
  ): Promise<ImageOutcome> {
    const { backoff, clock, events } = this.#parts;
    const key = `${podUid(pod)}_${requested}`;
    const waitMs = backoff.remainingSinceUpdateMs(key, clock.now());
    if (waitMs > 0) {
      const said = `Back-off pulling image "${requested}"`;
      events.record(subject, 'Normal', 'BackOff', said);
      const last = this.#lastErrors.get(key);
      return { ok: false, reason: 'ImagePullBackOff', message: last === undefined ? said : `${said}: ${last}`, retryInMs: waitMs };
    }
    const secrets = await this.#secrets(pod, signal);
    events.record(subject, 'Normal', 'Pulling', `Pulling image "${requested}"`);
    const startMs = clock.monotonicMs();
    try {
      await this.#pullWithLogins(image, repository, secrets, sandbox, signal);
      const present = await this.#inspect(image, signal);
      if (present === undefined) throw new Error(`image "${image}" is not there after it was pulled`);
      const took = printDurationMs(Math.round(clock.monotonicMs() - startMs));
      events.record(
        subject,
        'Normal',
        'Pulled',
        `Successfully pulled image "${requested}" in ${took} (${took} including waiting). Image size: ${present.sizeBytes} bytes.`,
      );
      this.#lastErrors.delete(key);
      return { ok: true, image: present };
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      return this.#failed(subject, key, requested, error);
    }
  }

  #failed(subject: EventSubject, key: string, requested: string, error: unknown): ImageOutcome {
    const { backoff, clock, events } = this.#parts;
    const text = runtimeText(error);
    events.record(subject, 'Warning', 'Failed', `Failed to pull image "${requested}": ${text}`);
    backoff.next(key, clock.now(), clock.now());
    this.#lastErrors.set(key, `ErrImagePull: ${text}`);
    // Soon enough to be seen backing off, well before the back-off is over.
    return { ok: false, reason: 'ErrImagePull', message: text, retryInMs: Math.min(3_000, backoff.delayMs(key)) };
  }

  async #pullWithLogins(
    image: string,
    repository: string,
    secrets: readonly Secret[],
    sandboxConfig: PodSandboxConfigInput,
    signal: AbortSignal,
  ): Promise<void> {
    const logins = loginsFor(repository, secrets);
    const attempts = logins.length === 0 ? [undefined] : logins;
    let failure: unknown;
    for (const auth of attempts) {
      try {
        await this.#parts.cri.pullImage({ image: { image }, auth, sandboxConfig }, { signal, timeoutMs: PULL_TIMEOUT_MS });
        return;
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  async #secrets(pod: Pod, signal: AbortSignal): Promise<readonly Secret[]> {
    const namespace = pod.metadata.namespace ?? '';
    const found: Secret[] = [];
    const missing: string[] = [];
    for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
      try {
        found.push(await this.#parts.client.get(secret, { namespace, name }, { signal }));
      } catch (error) {
        if (!isStatus(error)) throw error;
        missing.push(name);
      }
    }
    if (missing.length > 0) {
      const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
      this.#parts.events.record(pod, 'Warning', 'FailedToRetrieveImagePullSecret', message);
    }
    return found;
  }

  async #inspect(name: string, signal: AbortSignal): Promise<(PresentImage & { readonly sizeBytes: number | bigint }) | undefined> {
    const { image } = await this.#parts.cri.imageStatus({ image: { image: name } }, { signal });
    return image === undefined ? undefined : { ref: image.id, user: userOf(image), sizeBytes: image.size };
  }
}

/** An image without a user runs as root. */
function userOf({ uid, username }: Image): ImageUser {
  return { uid: uid === undefined ? (username === '' ? 0 : undefined) : Number(uid.value), username };
}

const runtimeText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
