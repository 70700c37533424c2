// The number of a port that a probe or hook names.

import type { IntOrString } from '../../../machinery/schema.ts';
import type { AnyContainer } from '../seams.ts';

/** By number, by the name of one of the container's ports, or by a number in text; undefined when it is none. */
export function resolvePort(port: IntOrString, container: AnyContainer): number | undefined {
  const number =
    typeof port === 'number' ? port : ((container.ports ?? []).find(({ name }) => name === port)?.containerPort ?? Number(port));
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : undefined;
}
