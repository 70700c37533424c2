// The table of HorizontalPodAutoscalers as autoscaling/v1 serves them: that of the stored version.

import type { Column, KubeObject } from '../../../machinery/kind.ts';
import { autoscalerColumns } from '../v2/horizontal-pod-autoscaler-columns.ts';
import { toV2 } from './newer-autoscaler.ts';

export const flatAutoscalerColumns: readonly Column<KubeObject>[] = autoscalerColumns.map((column) => ({
  ...column,
  value: (object, context) => column.value(toV2(object), context),
}));
