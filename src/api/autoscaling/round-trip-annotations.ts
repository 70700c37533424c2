// The annotations in which autoscaling/v1 carries what it has no fields for. No other version shows them.

const PREFIX = 'autoscaling.alpha.kubernetes.io';

export const METRICS = `${PREFIX}/metrics`;
export const CURRENT_METRICS = `${PREFIX}/current-metrics`;
export const CONDITIONS = `${PREFIX}/conditions`;
export const BEHAVIOR = `${PREFIX}/behavior`;
const ROUND_TRIP = new Set([
  METRICS,
  CURRENT_METRICS,
  CONDITIONS,
  BEHAVIOR,
  `${PREFIX}/scale-down-tolerance`,
  `${PREFIX}/scale-up-tolerance`,
]);

/** A copy of the annotations without those that only carry fields. */
export function withoutRoundTrip(annotations: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => !ROUND_TRIP.has(name)));
}
