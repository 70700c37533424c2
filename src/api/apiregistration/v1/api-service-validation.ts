// Checks of APIServices: named by their version and group, with priorities, and with a Service unless they are local.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1035Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkPathSegmentName } from '../../../machinery/formats/identifier.ts';
import { checkPortNumber } from '../../../machinery/formats/port.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { invalid, notSupported, required } from '../../../machinery/problem.ts';
import { quote } from '../../../machinery/quote.ts';
import { base64Length } from '../../core/v1/secret-data.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { APIServiceSpec, APIServiceStatus } from './api-service.ts';

interface APIServiceObject extends KubeObject {
  readonly spec: APIServiceSpec;
}

const HIGHEST_GROUP_PRIORITY = 20_000;
const HIGHEST_VERSION_PRIORITY = 1000;

/** Checks an APIService. */
export function* validateApiService({ metadata: { name = '' }, spec }: APIServiceObject, at: FieldPath): Problems {
  const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec;
  const expected = `${version}.${group}`;
  if (name !== '' && checkPathSegmentName(name).length === 0 && name !== expected)
    yield invalid(at.child('metadata', 'name'), name, `must be \`spec.version+"."+spec.group\`: ${quote(expected)}`);
  const here = at.child('spec');
  if (group === '' && version !== 'v1') yield required(here.child('group'), 'only v1 may have an empty group and it better be legacy kube');
  if (group !== '') yield* complaints(here.child('group'), group, checkDns1123Subdomain(group));
  yield* complaints(here.child('version'), version, checkDns1035Label(version));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > HIGHEST_GROUP_PRIORITY)
    yield invalid(here.child('groupPriorityMinimum'), groupPriorityMinimum, 'must be positive and less than 20000');
  if (versionPriority <= 0 || versionPriority > HIGHEST_VERSION_PRIORITY)
    yield invalid(here.child('versionPriority'), versionPriority, 'must be positive and less than 1000');
  yield* validateServer(spec, here);
}

function* validateServer({ service, caBundle = '', insecureSkipTLSVerify: insecure = false }: APIServiceSpec, at: FieldPath): Problems {
  if (service === undefined) {
    if (caBundle !== '')
      yield invalid(at.child('caBundle'), `${base64Length(caBundle)} bytes`, 'local APIServices may not have a caBundle');
    if (insecure) yield invalid(at.child('insecureSkipTLSVerify'), insecure, 'local APIServices may not have insecureSkipTLSVerify');
    return;
  }
  const { namespace = '', name = '', port = 0 } = service;
  if (namespace === '') yield required(at.child('service', 'namespace'));
  if (name === '') yield required(at.child('service', 'name'));
  const messages = checkPortNumber(port);
  if (messages.length > 0) yield invalid(at.child('service', 'port'), port, `port is not valid: ${messages.join(', ')}`);
  if (insecure && caBundle !== '') yield invalid(at.child('insecureSkipTLSVerify'), insecure, 'may not be true if caBundle is present');
}

/** Checks the conditions that are reported. */
export function* validateApiServiceStatus({ conditions = [] }: APIServiceStatus, at: FieldPath): Problems {
  const statuses = ['True', 'False', 'Unknown'];
  for (const [index, { status }] of conditions.entries())
    if (!statuses.includes(status)) yield notSupported(at.child('conditions').index(index).child('status'), status, statuses);
}
