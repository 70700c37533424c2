// Checks of IngressClasses: a controller that stays, and parameters of a known scope.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, validateDomainPrefixedPath } from '../../../machinery/formats/dns.ts';
import { forbidden, notSupported, required, tooLong } from '../../../machinery/problem.ts';
import { byteLength, complaints, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { IngressClassParametersReference, IngressClassSpec } from './ingress-class.ts';
import { validateResource } from './ingress-validation.ts';

const LONGEST_CONTROLLER = 250;

/** Checks a class's spec, by itself and against the stored one. */
export function* validateIngressClassSpec(spec: IngressClassSpec, old: IngressClassSpec | undefined, at: FieldPath): Problems {
  const { controller = '', parameters } = spec;
  const here = at.child('controller');
  if (old !== undefined) yield* unchanged(here, controller, old.controller ?? '');
  if (byteLength(controller) > LONGEST_CONTROLLER) yield tooLong(here, LONGEST_CONTROLLER);
  yield* validateDomainPrefixedPath(here, controller);
  if (parameters !== undefined) yield* validateParameters(parameters, at.child('parameters'));
}

function* validateParameters(parameters: IngressClassParametersReference, at: FieldPath): Problems {
  yield* validateResource(parameters, at);
  const { scope, namespace } = parameters;
  const here = at.child('namespace');
  if (scope === undefined) yield required(at.child('scope'));
  else if (scope === 'Namespace') {
    if (namespace === undefined) yield required(here, "`parameters.scope` is set to 'Namespace'");
    else yield* complaints(here, namespace, checkDns1123Label(namespace));
  } else if (scope !== 'Cluster') yield notSupported(at.child('scope'), scope, ['Cluster', 'Namespace']);
  else if (namespace !== undefined) yield forbidden(here, "`parameters.scope` is set to 'Cluster'");
}
