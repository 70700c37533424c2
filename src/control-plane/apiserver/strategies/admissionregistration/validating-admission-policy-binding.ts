// How a ValidatingAdmissionPolicyBinding is written: what is reset, kept and counted.

import { validatingAdmissionPolicyBinding } from '../../../../api/admissionregistration/v1/validating-admission-policy-binding.ts';
import { resource } from '../resource.ts';

export const validatingAdmissionPolicyBindingStrategy = resource(validatingAdmissionPolicyBinding, {
  bumpsGeneration: ['spec'],
  allowsUnconditionalUpdate: false,
});
