// Checks of PriorityLevelConfigurations: limits that are limits, and queues that requests can be dealt to.

import type { FieldPath } from '../../../machinery/field-path.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from './priority-level-configuration.ts';

interface PriorityLevelObject extends KubeObject {
  readonly spec: PriorityLevelConfigurationSpec;
}

const MOST_QUEUES = 10_000_000;
const MOST_ENTROPY_BITS = 60;

/** Checks a level's spec. */
export function* validatePriorityLevel({ metadata, spec }: PriorityLevelObject, at: FieldPath): Problems {
  const { type, limited, exempt } = spec;
  if ((metadata.name === 'exempt') !== (type === 'Exempt'))
    yield invalid(at.child('type'), type, "must be 'Exempt' if and only if `name` is 'exempt'");
  if (type === 'Exempt') {
    if (limited !== undefined) yield forbidden(at.child('limited'), 'must be nil if the type is not Limited');
    if (exempt !== undefined) yield* validateShares(exempt, at.child('exempt'));
  } else if (type === 'Limited') {
    if (exempt !== undefined) yield forbidden(at.child('exempt'), 'must be nil if the type is Limited');
    if (limited === undefined) yield required(at.child('limited'), 'must not be empty when type is Limited');
    else yield* validateLimited(limited, at.child('limited'));
  } else if (type === '') yield required(at.child('type'));
  else yield notSupported(at.child('type'), type, ['Exempt', 'Limited']);
}

interface Shares {
  readonly nominalConcurrencyShares?: number | undefined;
  readonly lendablePercent?: number | undefined;
}

function* validateShares({ nominalConcurrencyShares: shares = 0, lendablePercent: percent = 0 }: Shares, at: FieldPath): Problems {
  if (shares < 0) yield invalid(at.child('nominalConcurrencyShares'), shares, 'must be a non-negative integer');
  if (percent < 0 || percent > 100) yield invalid(at.child('lendablePercent'), percent, 'must be between 0 and 100, inclusive');
}

function* validateLimited(limited: LimitedPriorityLevelConfiguration, at: FieldPath): Problems {
  const { lendablePercent, borrowingLimitPercent = 0, limitResponse } = limited;
  yield* validateShares({ nominalConcurrencyShares: limited.nominalConcurrencyShares }, at);
  yield* validateResponse(limitResponse, at.child('limitResponse'));
  yield* validateShares({ lendablePercent }, at);
  if (borrowingLimitPercent < 0)
    yield invalid(at.child('borrowingLimitPercent'), borrowingLimitPercent, 'if specified, must be a non-negative integer');
}

function* validateResponse({ type, queuing }: LimitResponse, at: FieldPath): Problems {
  const here = at.child('queuing');
  if (type === 'Reject') {
    if (queuing !== undefined) yield forbidden(here, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type === 'Queue') {
    if (queuing === undefined) yield required(here, 'must not be empty if limited.limitResponse.type is Limited');
    else yield* validateQueuing(queuing, here);
  } else if (type === '') yield required(at.child('type'));
  else yield notSupported(at.child('type'), type, ['Queue', 'Reject']);
}

function* validateQueuing({ queues, handSize, queueLengthLimit }: QueuingConfiguration, at: FieldPath): Problems {
  if (queueLengthLimit <= 0) yield invalid(at.child('queueLengthLimit'), queueLengthLimit, 'must be positive');
  if (queues <= 0) yield invalid(at.child('queues'), queues, 'must be positive');
  else if (queues > MOST_QUEUES) yield invalid(at.child('queues'), queues, `must not be greater than ${MOST_QUEUES}`);
  const here = at.child('handSize');
  if (handSize <= 0) yield invalid(here, handSize, 'must be positive');
  else if (handSize > queues) yield invalid(here, handSize, `should not be greater than queues (${queues})`);
  else if (entropyBits(queues, handSize) > MOST_ENTROPY_BITS) {
    const text = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MOST_ENTROPY_BITS}`;
    yield invalid(here, handSize, text);
  }
}

/** How many bits of a hash it takes to deal a hand. */
const entropyBits = (queues: number, handSize: number): number => Math.ceil(handSize * Math.log2(queues));
