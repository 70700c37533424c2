// Cells that the tables of all workloads share: containers, images, selectors, ages.

import { age } from '../../../machinery/age.ts';
import type { Column, KubeObject } from '../../../machinery/kind.ts';
import { printLabelSelectorObject } from '../../../machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../meta/v1/label-selector.ts';
import type { PodTemplateSpec } from './pod-spec.ts';

const nameColumn: Column<KubeObject> = { name: 'Name', type: 'string', format: 'name', value: ({ metadata }) => metadata.name ?? '' };
const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  value: ({ metadata }, { nowMs }) => age(metadata.creationTimestamp, nowMs),
};

export { ageColumn, nameColumn };

/** The wide columns of containers and their images. */
export function imageColumns<T>(templateOf: (object: T) => PodTemplateSpec | undefined): readonly Column<T>[] {
  const list = (object: T, field: 'name' | 'image'): string =>
    (templateOf(object)?.spec.containers ?? []).map((each) => each[field] ?? '').join(',');
  return [
    { name: 'Containers', type: 'string', priority: 1, value: (object) => list(object, 'name') },
    { name: 'Images', type: 'string', priority: 1, value: (object) => list(object, 'image') },
  ];
}

/** The wide columns of a workload: its containers, their images, its selector. */
export function templateColumns<T>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
  selectorOf: (object: T) => string,
): readonly Column<T>[] {
  return [...imageColumns(templateOf), { name: 'Selector', type: 'string', priority: 1, value: selectorOf }];
}

/** A selector as kubectl shows it. */
export const selectorCell = (selector: LabelSelector | undefined): string => printLabelSelectorObject(selector);

/** A map of labels as kubectl shows it. */
export function labelsCell(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.toSorted().join(',');
}
