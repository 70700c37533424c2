// ValidatingAdmissionPolicy: expressions that may refuse.

import { paramKindCell, validateValidatingPolicy } from './policy-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { matchCondition, matchResources, paramKind, variable } from './rules.ts';
import { condition } from '../../meta/v1/condition.ts';
import { field, int64, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const auditAnnotation = struct('io.k8s.api.admissionregistration.v1.AuditAnnotation', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  valueExpression: string({ presence: 'always', pb: 2, required: 'published' }),
});
export interface AuditAnnotation extends Infer<typeof auditAnnotation> {}

export const validation = struct('io.k8s.api.admissionregistration.v1.Validation', {
  expression: string({ presence: 'always', required: 'published' }),
  message: string({ pb: 2 }),
  reason: string({ presence: 'pointer', pb: 3 }),
  messageExpression: string({ pb: 4 }),
});
export interface Validation extends Infer<typeof validation> {}

export const validatingAdmissionPolicySpec = struct('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec', {
  paramKind: field(paramKind, { presence: 'pointer', pb: 1 }),
  matchConstraints: field(matchResources, { presence: 'pointer', pb: 2 }),
  validations: list(validation, { pb: 3, listType: 'atomic' }),
  failurePolicy: string({ presence: 'pointer', pb: 4, enum: ['Fail', 'Ignore'], enumChecked: false }),
  auditAnnotations: list(auditAnnotation, { pb: 5, listType: 'atomic' }),
  matchConditions: list(matchCondition, { pb: 6, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  variables: list(variable, { pb: 7, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
});
export interface ValidatingAdmissionPolicySpec extends Infer<typeof validatingAdmissionPolicySpec> {}

export const expressionWarning = struct('io.k8s.api.admissionregistration.v1.ExpressionWarning', {
  fieldRef: string({ presence: 'always', pb: 2, required: 'published' }),
  warning: string({ presence: 'always', pb: 3, required: 'published' }),
});
export interface ExpressionWarning extends Infer<typeof expressionWarning> {}

export const typeChecking = struct('io.k8s.api.admissionregistration.v1.TypeChecking', {
  expressionWarnings: list(expressionWarning, { pb: 1, listType: 'atomic' }),
});
export interface TypeChecking extends Infer<typeof typeChecking> {}

export const validatingAdmissionPolicyStatus = struct('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus', {
  observedGeneration: int64({ pb: 1 }),
  typeChecking: field(typeChecking, { presence: 'pointer', pb: 2 }),
  conditions: list(condition, { pb: 3, listType: 'map', listMapKeys: ['type'] }),
});
export interface ValidatingAdmissionPolicyStatus extends Infer<typeof validatingAdmissionPolicyStatus> {}

export const validatingAdmissionPolicy = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  fields: {
    spec: field(validatingAdmissionPolicySpec, { presence: 'always', pb: 2 }),
    status: field(validatingAdmissionPolicyStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec }) {
    spec.failurePolicy ??= 'Fail';
  },
  check: ({ spec }, _old, at, { subresource }) => (subresource === 'status' ? [] : [...validateValidatingPolicy(spec, at.child('spec'))]),
  columns: [
    nameColumn,
    { name: 'Validations', type: 'integer', value: ({ spec }) => (spec.validations ?? []).length },
    { name: 'ParamKind', type: 'string', value: ({ spec }) => paramKindCell(spec.paramKind) },
    ageColumn,
  ],
});
export interface ValidatingAdmissionPolicy extends Infer<typeof validatingAdmissionPolicy> {}
