// How a Job is written: unless its user selects Pods by hand, it gets a selector by its own UID, and its Pods get labels to match.
// Deleting a Job leaves its Pods unless the request says otherwise.

import { job } from '../../../../api/batch/v1/job.ts';
import type { Job } from '../../../../api/batch/v1/job.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { nameWarnings } from '../name-warning.ts';
import { resource, statusOnly } from '../resource.ts';

const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];
const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const UID_LABELS = ['controller-uid', UID_LABEL];

/**
 * Labels that are given already stay; validation refuses those that do not fit. A Job that took the labels of its template for its own
 * takes the new ones too. (It is not told from one that was given the same labels twice, to which upstream adds none.)
 */
function generateSelector({ metadata, spec }: Draft<Job>): void {
  const { name = '', uid = '' } = metadata;
  const takesLabels = metadata.labels !== undefined && semanticEqual(metadata.labels, spec.template.metadata.labels);
  const labels = new Map(Object.entries(spec.template.metadata.labels ?? {}));
  for (const label of NAME_LABELS) if (!labels.has(label)) labels.set(label, name);
  for (const label of UID_LABELS) if (!labels.has(label)) labels.set(label, uid);
  spec.template.metadata.labels = Object.fromEntries(labels);
  if (takesLabels) metadata.labels = Object.fromEntries(labels);
  const selector = (spec.selector ??= {});
  const matchLabels = new Map(Object.entries(selector.matchLabels ?? {}));
  if (!matchLabels.has(UID_LABEL)) matchLabels.set(UID_LABEL, uid);
  selector.matchLabels = Object.fromEntries(matchLabels);
}

export const jobStrategy = resource(job, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  defaultPropagation: 'orphan',
  prepareForCreate(draft) {
    if (draft.spec.manualSelector !== true) generateSelector(draft);
  },
  warnings: (next, old) => nameWarnings(next, old),
  subresources: { status: statusOnly() },
});
