// How an IngressClass is written: what is reset, kept and counted.

import { ingressClass } from '../../../../api/networking/v1/ingress-class.ts';
import { resource } from '../resource.ts';

export const ingressClassStrategy = resource(ingressClass, {
  bumpsGeneration: ['spec'],
});
