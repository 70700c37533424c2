// MutatingAdmissionPolicy: expressions that change objects.

import { paramKindCell, validatePolicyBasics } from './policy-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { matchCondition, matchResources, paramKind, variable } from './rules.ts';
import { field, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const applyConfiguration = struct('io.k8s.api.admissionregistration.v1.ApplyConfiguration', {
  expression: string({ pb: 1 }),
});
export interface ApplyConfiguration extends Infer<typeof applyConfiguration> {}

export const jsonPatch = struct('io.k8s.api.admissionregistration.v1.JSONPatch', {
  expression: string({ pb: 1 }),
});
export interface JSONPatch extends Infer<typeof jsonPatch> {}

export const mutation = struct('io.k8s.api.admissionregistration.v1.Mutation', {
  patchType: string({ presence: 'always', pb: 2, required: 'published', enum: ['ApplyConfiguration', 'JSONPatch'], enumChecked: false }),
  applyConfiguration: field(applyConfiguration, { presence: 'pointer', pb: 3 }),
  jsonPatch: field(jsonPatch, { presence: 'pointer', pb: 4 }),
});
export interface Mutation extends Infer<typeof mutation> {}

export const mutatingAdmissionPolicySpec = struct('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec', {
  paramKind: field(paramKind, { presence: 'pointer', pb: 1 }),
  matchConstraints: field(matchResources, { presence: 'pointer', pb: 2 }),
  variables: list(variable, { pb: 3, listType: 'atomic' }),
  mutations: list(mutation, { pb: 4, listType: 'atomic' }),
  failurePolicy: string({ presence: 'pointer', pb: 5, enum: ['Fail', 'Ignore'], enumChecked: false }),
  matchConditions: list(matchCondition, { pb: 6, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  reinvocationPolicy: string({ pb: 7, enum: ['IfNeeded', 'Never'], enumChecked: false }),
});
export interface MutatingAdmissionPolicySpec extends Infer<typeof mutatingAdmissionPolicySpec> {}

export const mutatingAdmissionPolicy = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  fields: {
    spec: field(mutatingAdmissionPolicySpec, { presence: 'always', pb: 2 }),
  },
  defaults({ spec }) {
    spec.failurePolicy ??= 'Fail';
  },
  check: ({ spec }, _old, at, { subresource }) => (subresource === 'status' ? [] : [...validatePolicyBasics(spec, at.child('spec'))]),
  columns: [
    nameColumn,
    { name: 'Mutations', type: 'integer', value: ({ spec }) => (spec.mutations ?? []).length },
    { name: 'ParamKind', type: 'string', value: ({ spec }) => paramKindCell(spec.paramKind) },
    ageColumn,
  ],
});
export interface MutatingAdmissionPolicy extends Infer<typeof mutatingAdmissionPolicy> {}
