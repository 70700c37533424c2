// Prometheus' text format.

export interface MetricPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When it was measured, where that is not now. */
  readonly atMs?: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly points: readonly MetricPoint[];
}

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

function pointLine(name: string, { labels, value, atMs }: MetricPoint): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}${atMs === undefined ? '' : ` ${Math.round(atMs)}`}\n`;
}

/** All families that have points. */
export function metricsText(families: readonly MetricFamily[]): string {
  return families
    .filter(({ points }) => points.length > 0)
    .map(
      ({ name, type, help, points }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${points.map((point) => pointLine(name, point)).join('')}`,
    )
    .join('');
}
