// How a DaemonSet is written. Old clients number its template in an annotation that the server keeps count of.

import { daemonSet } from '../../../../api/apps/v1/daemon-set.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import { lookup } from '../../../../machinery/schema.ts';
import { resource, statusOnly } from '../resource.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const templateGeneration = (annotations: Readonly<Record<string, string>> | undefined): number =>
  Number(lookup(annotations, TEMPLATE_GENERATION) ?? 0);

export const daemonSetStrategy = resource(daemonSet, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  prepareForCreate({ metadata }) {
    const given = templateGeneration(metadata.annotations);
    metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(given >= 1 ? given : 1) };
  },
  prepareForUpdate({ metadata, spec }, old) {
    const before = templateGeneration(old.metadata.annotations);
    const next = semanticEqual(spec.template, old.spec.template) ? before : before + 1;
    metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(next) };
  },
  subresources: { status: statusOnly() },
});
