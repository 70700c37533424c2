// What a benchmark prints: a number beside its baseline, both measured in the same run.

export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** The same work done the barest way, in the same unit; nothing where no such way exists. */
  readonly baseline: number | undefined;
  /** `value / baseline`. */
  readonly ratio: number | undefined;
  /** What must be reached, in words, such as `≥ 0.5×`. */
  readonly target: string;
  readonly ok: boolean;
}

interface Measured {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
}

/** A bound on the value itself, or on its ratio to the baseline. */
export type Target = { readonly of: 'value' | 'ratio' } & ({ readonly atLeast: number } | { readonly atMost: number });

/** Judges a measurement by its target; without one it is only shown. */
export function judge({ figure, value, unit, baseline }: Measured, target?: Target): Figure {
  const ratio = baseline === undefined ? undefined : value / baseline;
  const shown = { figure, value, unit, baseline, ratio };
  if (target === undefined) return { ...shown, target: 'shown', ok: true };
  const judged = target.of === 'value' ? value : (ratio ?? Number.NaN);
  const suffix = target.of === 'value' ? ` ${unit}` : '×';
  return 'atLeast' in target
    ? { ...shown, target: `≥ ${target.atLeast}${suffix}`, ok: judged >= target.atLeast }
    : { ...shown, target: `≤ ${target.atMost}${suffix}`, ok: judged <= target.atMost };
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** One line for a person. */
export function formatFigure({ figure, value, unit, baseline, ratio, target, ok }: Figure): string {
  const beside = baseline === undefined || ratio === undefined ? '' : `  beside ${rounded(baseline)} (${ratio.toFixed(2)}×)`;
  return `${ok ? 'ok  ' : 'MISS'}  ${figure}: ${rounded(value)} ${unit}${beside}  target ${target}`;
}
