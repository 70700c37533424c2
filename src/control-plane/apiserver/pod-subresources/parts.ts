// What subresources that reach into the cluster work with.

import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { Dial, KubeletConnector } from './backend.ts';

export interface PodSubresourceParts {
  readonly kubelets: KubeletConnector;
  readonly dial: Dial;
  readonly random: Random;
  readonly logger: Logger;
}
