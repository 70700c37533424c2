// How a MutatingAdmissionPolicy is written: what is reset, kept and counted.

import { mutatingAdmissionPolicy } from '../../../../api/admissionregistration/v1/mutating-admission-policy.ts';
import { resource } from '../resource.ts';

export const mutatingAdmissionPolicyStrategy = resource(mutatingAdmissionPolicy, {
  bumpsGeneration: ['spec'],
  allowsUnconditionalUpdate: false,
});
