// How a NetworkPolicy is written: what is reset, kept and counted.

import { networkPolicy } from '../../../../api/networking/v1/network-policy.ts';
import { resource } from '../resource.ts';

export const networkPolicyStrategy = resource(networkPolicy, {
  bumpsGeneration: ['spec'],
});
