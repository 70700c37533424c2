// HorizontalPodAutoscaler: stored as v2, served as v1 too.

import { horizontalPodAutoscaler } from '../../../../api/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { resource, statusOnly } from '../resource.ts';

export const horizontalPodAutoscalerStrategy = resource(horizontalPodAutoscaler, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  subresources: { status: statusOnly() },
});
