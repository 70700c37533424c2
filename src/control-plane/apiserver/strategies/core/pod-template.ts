// How a PodTemplate is written: what is reset, kept and counted.

import { podTemplate } from '../../../../api/core/v1/pod-template.ts';
import { resource } from '../resource.ts';

export const podTemplateStrategy = resource(podTemplate, {
  bumpsGeneration: ['template'],
  returnsDeletedObject: true,
});
