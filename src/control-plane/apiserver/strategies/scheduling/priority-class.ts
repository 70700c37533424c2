// How a PriorityClass is written: its generation is set and never moves, as its value cannot change.

import { priorityClass } from '../../../../api/scheduling/v1/priority-class.ts';
import { resource } from '../resource.ts';

export const priorityClassStrategy = resource(priorityClass, {
  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
});
