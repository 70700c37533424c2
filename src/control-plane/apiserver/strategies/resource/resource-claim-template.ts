// How a ResourceClaimTemplate is written: what is reset, kept and counted.

import { resourceClaimTemplate } from '../../../../api/resource/v1/resource-claim-template.ts';
import { resource } from '../resource.ts';

export const resourceClaimTemplateStrategy = resource(resourceClaimTemplate, {
  returnsDeletedObject: true,
});
