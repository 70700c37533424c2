// How a MutatingAdmissionPolicyBinding is written: what is reset, kept and counted.

import { mutatingAdmissionPolicyBinding } from '../../../../api/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { resource } from '../resource.ts';

export const mutatingAdmissionPolicyBindingStrategy = resource(mutatingAdmissionPolicyBinding, {
  bumpsGeneration: ['spec'],
  allowsUnconditionalUpdate: false,
});
