// MutatingAdmissionPolicyBinding: puts a policy into force.

import { paramRefCell, validatePolicyBinding } from './policy-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { matchResources, paramRef } from './rules.ts';
import { field, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const mutatingAdmissionPolicyBindingSpec = struct('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec', {
  policyName: string({ pb: 1 }),
  paramRef: field(paramRef, { presence: 'pointer', pb: 2 }),
  matchResources: field(matchResources, { presence: 'pointer', pb: 3 }),
});
export interface MutatingAdmissionPolicyBindingSpec extends Infer<typeof mutatingAdmissionPolicyBindingSpec> {}

export const mutatingAdmissionPolicyBinding = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
  fields: {
    spec: field(mutatingAdmissionPolicyBindingSpec, { presence: 'always', pb: 2 }),
  },
  check: ({ spec }, _old, at) => [...validatePolicyBinding(spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'PolicyName', type: 'string', value: ({ spec }) => spec.policyName ?? '' },
    { name: 'ParamRef', type: 'string', value: ({ spec }) => paramRefCell(spec.paramRef) },
    ageColumn,
  ],
});
export interface MutatingAdmissionPolicyBinding extends Infer<typeof mutatingAdmissionPolicyBinding> {}
