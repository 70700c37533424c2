// Checks of what CSI drivers say of themselves: what they do, on which nodes, how much room they have.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { duplicate, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { printQuantity, quantitySign } from '../../../machinery/quantity.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { validateCsiDriverName } from '../../core/v1/network-volume-validation.ts';
import type { LabelSelector } from '../../meta/v1/label-selector.ts';
import { byteLength, complaints, nonNegative, supported, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { CSIDriverSpec, TokenRequest } from './csi-driver.ts';
import type { CSINodeDriver } from './csi-node.ts';

const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const LEAST_TOKEN_SECONDS = 600;
const MOST_TOKEN_SECONDS = 2 ** 32;
const LEAST_PERIOD_SECONDS = 10;
const LONGEST_NODE_ID = 192;

/** Checks a driver's spec, by itself and against the stored one. */
export function* validateCsiDriverSpec(spec: CSIDriverSpec, old: CSIDriverSpec | undefined, at: FieldPath): Problems {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [], nodeAllocatableUpdatePeriodSeconds: period } = spec;
  if (spec.attachRequired === undefined) yield required(at.child('attachedRequired'));
  if (spec.podInfoOnMount === undefined) yield required(at.child('podInfoOnMount'));
  if (spec.storageCapacity === undefined) yield required(at.child('storageCapacity'));
  yield* supported(at.child('fsGroupPolicy'), fsGroupPolicy, FS_GROUP_POLICIES);
  yield* validateTokenRequests(tokenRequests, at.child('tokenRequests'));
  for (const mode of volumeLifecycleModes)
    if (!LIFECYCLE_MODES.includes(mode)) yield notSupported(at.child('volumeLifecycleModes'), mode, LIFECYCLE_MODES);
  if (spec.seLinuxMount === undefined) yield required(at.child('seLinuxMount'));
  if (period !== undefined && period < LEAST_PERIOD_SECONDS)
    yield invalid(at.child('nodeAllocatableUpdatePeriodSeconds'), period, 'must be greater than or equal to 10 seconds');
  const { serviceAccountTokenInSecrets: inSecrets } = spec;
  if (inSecrets !== undefined && tokenRequests.length === 0) {
    const text = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    yield invalid(at.child('serviceAccountTokenInSecrets'), inSecrets, text);
  }
  if (old === undefined) return;
  yield* unchanged(at.child('attachedRequired'), spec.attachRequired, old.attachRequired);
  yield* unchanged(at.child('volumeLifecycleModes'), spec.volumeLifecycleModes, old.volumeLifecycleModes);
}

function* validateTokenRequests(requests: readonly TokenRequest[], at: FieldPath): Problems {
  const audiences = new Set<string>();
  for (const [index, { audience, expirationSeconds }] of requests.entries()) {
    const here = at.index(index);
    if (audiences.has(audience)) {
      yield duplicate(here.child('audience'), audience);
      continue;
    }
    audiences.add(audience);
    const seconds = here.child('expirationSeconds');
    if (expirationSeconds === undefined) continue;
    if (expirationSeconds < LEAST_TOKEN_SECONDS)
      yield invalid(seconds, expirationSeconds, 'may not specify a duration less than 10 minutes');
    if (expirationSeconds > MOST_TOKEN_SECONDS)
      yield invalid(seconds, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

/** Checks the drivers of a node; of one that was there before, only how much it holds may change. */
export function* validateNodeDrivers(drivers: readonly CSINodeDriver[], old: readonly CSINodeDriver[], at: FieldPath): Problems {
  const names = new Set<string>();
  for (const [index, driver] of drivers.entries()) {
    yield* validateNodeDriver(driver, names, at.index(index));
    names.add(driver.name);
  }
  for (const before of old) {
    const after = drivers.find(({ name }) => name === before.name);
    const { allocatable: _before, ...fixed } = before;
    const { allocatable: _after, ...next } = after ?? before;
    if (!semanticEqual(next, fixed)) yield invalid(at, internalDriver(next), 'field is immutable');
  }
}

const internalDriver = ({ name, nodeID, topologyKeys }: Omit<CSINodeDriver, 'allocatable'>): object => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys,
  Allocatable: null,
});

function* validateNodeDriver(driver: CSINodeDriver, names: ReadonlySet<string>, at: FieldPath): Problems {
  const { name, nodeID, topologyKeys, allocatable } = driver;
  yield* validateCsiDriverName(name, at.child('name'));
  if (nodeID === '') yield required(at.child('nodeID'));
  if (byteLength(nodeID) > LONGEST_NODE_ID) yield invalid(at.child('nodeID'), nodeID, `must be ${LONGEST_NODE_ID} characters or less`);
  yield* nonNegative(at.child('allocatable', 'count'), allocatable?.count);
  if (names.has(name)) yield duplicate(at.child('name'), name);
  for (const [index, key] of topologyKeys.entries()) {
    if (key === '') yield required(at);
    if (topologyKeys.indexOf(key) < index) yield duplicate(at, key);
    yield* complaints(at, key, checkQualifiedName(key));
  }
}

interface CapacityFields {
  readonly nodeTopology?: LabelSelector | undefined;
  readonly storageClassName: string;
  readonly capacity?: string | undefined;
}

/** Checks a capacity, or that what it is the capacity of stays. */
export function* validateStorageCapacity(next: CapacityFields, old: CapacityFields | undefined, at: FieldPath): Problems {
  const { nodeTopology, storageClassName, capacity } = next;
  if (old !== undefined) {
    yield* unchanged(at.child('nodeTopology'), nodeTopology, old.nodeTopology);
    return yield* unchanged(at.child('storageClassName'), storageClassName, old.storageClassName);
  }
  yield* validateLabelSelector(nodeTopology, at.child('nodeTopology'));
  yield* complaints(at.child('storageClassName'), storageClassName, checkDns1123Subdomain(storageClassName));
  if (capacity !== undefined && quantitySign(capacity) < 0)
    yield invalid(at.child('capacity'), printQuantity(capacity), 'must be greater than or equal to 0');
}
