// ValidatingAdmissionPolicyBinding: puts a policy into force.

import { paramRefCell, validateActions, validatePolicyBinding } from './policy-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { matchResources, paramRef } from './rules.ts';
import { field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const validatingAdmissionPolicyBindingSpec = struct('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec', {
  policyName: string({ pb: 1, required: 'published' }),
  paramRef: field(paramRef, { presence: 'pointer', pb: 2 }),
  matchResources: field(matchResources, { presence: 'pointer', pb: 3 }),
  validationActions: list(string({ enum: ['Audit', 'Deny', 'Warn'], enumChecked: false }), {
    pb: 4,
    required: 'published',
    listType: 'set',
  }),
});
export interface ValidatingAdmissionPolicyBindingSpec extends Infer<typeof validatingAdmissionPolicyBindingSpec> {}

export const validatingAdmissionPolicyBinding = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  fields: {
    spec: field(validatingAdmissionPolicyBindingSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
  check: ({ spec }, _old, at) => [
    ...validatePolicyBinding(spec, at.child('spec')),
    ...validateActions(spec.validationActions ?? [], at.child('spec', 'validationActions')),
  ],
  columns: [
    nameColumn,
    { name: 'PolicyName', type: 'string', value: ({ spec }) => spec.policyName ?? '' },
    { name: 'ParamRef', type: 'string', value: ({ spec }) => paramRefCell(spec.paramRef) },
    ageColumn,
  ],
});
export interface ValidatingAdmissionPolicyBinding extends Infer<typeof validatingAdmissionPolicyBinding> {}
