// Checks of IPAddresses: named by the address itself, owned by an object that stays.

import { semanticEqual } from '../../../machinery/equality.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkPathSegmentName } from '../../../machinery/formats/identifier.ts';
import { validateIp } from '../../../machinery/formats/ip.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { IPAddressSpec, ParentReference } from './ip-address.ts';

/** The name is a canonical address. */
export const nameIsIpAddress = (name: string): readonly string[] => validateIp(FieldPath.root, name).map(({ detail }) => detail);

/** Checks whose the address is, or that it stays so. */
export function* validateParent({ parentRef }: IPAddressSpec, old: IPAddressSpec | undefined, at: FieldPath): Problems {
  const here = at.child('parentRef');
  if (old !== undefined) {
    if (!semanticEqual(parentRef, old.parentRef)) yield invalid(here, parentRef && internalReference(parentRef), 'field is immutable');
    return;
  }
  if (parentRef === undefined) return yield required(here);
  const { group = '', resource = '', name = '', namespace = '' } = parentRef;
  if (group !== '') yield* complaints(here.child('group'), group, checkDns1123Subdomain(group));
  if (resource === '') yield required(here.child('resource'));
  else yield* complaints(here.child('resource'), resource, checkPathSegmentName(resource));
  if (name === '') yield required(here.child('name'));
  else yield* complaints(here.child('name'), name, checkPathSegmentName(name));
  if (namespace !== '') yield* complaints(here.child('namespace'), namespace, checkPathSegmentName(namespace));
}

const internalReference = ({ group = '', resource = '', namespace = '', name = '' }: ParentReference): object => ({
  Group: group,
  Resource: resource,
  Namespace: namespace,
  Name: name,
});
