// Checks of ServiceCIDRs: one network or one of each family, which stay; a second one may join.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { parseCidrSloppy, validateCidr } from '../../../machinery/formats/cidr.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';
import type { ServiceCIDRSpec } from './service-cidr.ts';

const MOST_CIDRS = 2;
const IMMUTABLE = 'field is immutable';

/** Checks the networks, by themselves or against the stored ones. */
export function* validateServiceCidrs(spec: ServiceCIDRSpec, old: ServiceCIDRSpec | undefined, at: FieldPath): Problems {
  const { cidrs = [] } = spec;
  if (old === undefined) return yield* validateCidrs(spec, at);
  const { cidrs: before = [] } = old;
  if (before.length === cidrs.length) {
    for (const [index, each] of before.entries()) if (each !== cidrs[index]) yield invalid(at.index(index), cidrs[index], IMMUTABLE);
  } else if (before.length === 1 && cidrs.length === MOST_CIDRS) {
    if (cidrs[0] !== before[0]) yield invalid(at.index(0), cidrs[0], IMMUTABLE);
    yield* validateCidrs(spec, at);
  } else yield invalid(at, spec.cidrs, IMMUTABLE);
}

function* validateCidrs({ cidrs = [] }: ServiceCIDRSpec, at: FieldPath): Problems {
  if (cidrs.length === 0) return yield required(at, 'at least one CIDR required');
  if (cidrs.length > MOST_CIDRS) return yield invalid(at, { CIDRs: cidrs }, 'may only hold up to 2 values');
  for (const [index, each] of cidrs.entries()) yield* validateCidr(at.index(index), each);
  const [first, second] = cidrs.map((each) => parseCidrSloppy(each)?.ip.family);
  if (first !== undefined && first === second)
    yield invalid(at, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64');
}
