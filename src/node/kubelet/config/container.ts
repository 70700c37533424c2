// A container as the runtime is asked for it.

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { ContainerConfigInput, MountInput } from '../../runtime/index.ts';
import { expandAll } from '../environment/expansion.ts';
import { containerAnnotations, containerLabels } from '../labels.ts';
import type { AnyContainer, Variable } from '../seams.ts';
import { containerResources } from './resources.ts';
import type { ImageUser } from './security.ts';
import { containerSecurity } from './security.ts';

export interface ContainerFacts {
  readonly restartCount: number;
  /** What the runtime calls the image. */
  readonly imageRef: string;
  readonly imageUser: ImageUser;
  readonly environment: readonly Variable[];
  readonly mounts: readonly MountInput[];
  readonly nodeMemoryBytes: number;
  /** The container whose processes an ephemeral one is to see. */
  readonly targetId: string | undefined;
}

/** The log file of an attempt, below the Pod's log folder. */
export const containerLogFile = (name: string, restartCount: number): string => `${name}/${restartCount}.log`;

/** What the runtime needs to make the container. */
export function containerConfig(pod: Pod, container: AnyContainer, facts: ContainerFacts): ContainerConfigInput {
  const { name, image = '' } = container;
  const { restartCount, imageRef, mounts } = facts;
  return {
    metadata: { name, attempt: restartCount },
    image: { image: imageRef, userSpecifiedImage: image },
    command: expandAll(container.command ?? [], facts.environment),
    args: expandAll(container.args ?? [], facts.environment),
    workingDir: container.workingDir ?? '',
    envs: facts.environment.map((variable) => ({ key: variable.name, value: Buffer.from(variable.value) })),
    mounts: [...mounts],
    labels: containerLabels(pod, name),
    annotations: containerAnnotations(pod, container, restartCount),
    logPath: containerLogFile(name, restartCount),
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    linux: {
      resources: containerResources(pod, container, facts.nodeMemoryBytes),
      securityContext: containerSecurity(pod, container, facts.imageUser, facts.targetId),
    },
    ...stopSignal(container),
  };
}

function stopSignal({ lifecycle }: AnyContainer): Pick<ContainerConfigInput, 'stopSignal'> {
  const wanted = lifecycle?.stopSignal;
  if (wanted === undefined) return {};
  // The runtime's names have no signs: SIGRTMIN+3 is SIGNAL_SIGRTMINPLUS3.
  const named = `SIGNAL_${wanted.replace('+', 'PLUS').replace('-', 'MINUS')}`;
  return { stopSignal: named as NonNullable<ContainerConfigInput['stopSignal']> };
}
