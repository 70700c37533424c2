// How a ValidatingAdmissionPolicy is written: what is reset, kept and counted.

import { validatingAdmissionPolicy } from '../../../../api/admissionregistration/v1/validating-admission-policy.ts';
import { resource, statusOnly } from '../resource.ts';

export const validatingAdmissionPolicyStrategy = resource(validatingAdmissionPolicy, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  allowsUnconditionalUpdate: false,
  subresources: { status: statusOnly({ keeps: 'metadata' }) },
});
