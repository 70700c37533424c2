// Metrics and their text form: counters, gauges and histograms with labels, cheap enough for every request.
// See https://prometheus.io/docs/instrumenting/exposition_formats/
//
// M1. A caller on a hot path resolves its series once and keeps it; recording is an addition then.
// M2. Values that something else knows are read when somebody looks, never kept up to date.

import { must } from '../../base/assert.ts';

/** One series of a counter or gauge. */
export interface Value {
  value: number;
}

/** What a registry prints. */
export interface Metric {
  readonly name: string;
  print(lines: string[]): void;
}

export interface MetricOptions {
  readonly name: string;
  /** What it counts, in a few words. */
  readonly help: string;
  readonly labels?: readonly string[];
}

const SEPARATOR = '\u0000';

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function printLabels(names: readonly string[], values: readonly string[], more?: string): string {
  const pairs = names.map((name, at) => `${name}="${escaped(values[at] ?? '')}"`);
  if (more !== undefined) pairs.push(more);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function printNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function head({ name, help }: MetricOptions, type: string, lines: string[]): void {
  lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
}

/** Series by the values of their labels. */
class Family<S> {
  readonly labels: readonly string[];
  readonly #series = new Map<string, { readonly values: readonly string[]; readonly series: S }>();
  readonly #make: () => S;

  constructor(labels: readonly string[], make: () => S) {
    this.labels = labels;
    this.#make = make;
  }

  of(values: readonly string[]): S {
    const key = values.join(SEPARATOR);
    let entry = this.#series.get(key);
    if (entry === undefined) this.#series.set(key, (entry = { values, series: this.#make() }));
    return entry.series;
  }

  *[Symbol.iterator](): Generator<readonly [readonly string[], S]> {
    for (const { values, series } of this.#series.values()) yield [values, series];
  }
}

/** A number for each combination of labels: of a counter, which only grows, or of a gauge. */
export class Numbers implements Metric {
  readonly name: string;
  readonly #options: MetricOptions;
  readonly #type: 'counter' | 'gauge';
  readonly #family: Family<Value>;

  constructor(type: 'counter' | 'gauge', options: MetricOptions) {
    this.name = options.name;
    this.#type = type;
    this.#options = options;
    this.#family = new Family(options.labels ?? [], () => ({ value: 0 }));
  }

  /** The series of these label values (M1). */
  of(...values: readonly string[]): Value {
    return this.#family.of(values);
  }

  print(lines: string[]): void {
    head(this.#options, this.#type, lines);
    for (const [values, { value }] of this.#family)
      lines.push(`${this.name}${printLabels(this.#family.labels, values)} ${printNumber(value)}`);
  }
}

/** A number that is read when it is looked at (M2): label values and value. */
export class Read implements Metric {
  readonly name: string;
  readonly #options: MetricOptions;
  readonly #type: 'counter' | 'gauge';
  readonly #read: () => Iterable<readonly [readonly string[], number]>;

  constructor(type: 'counter' | 'gauge', options: MetricOptions, read: () => Iterable<readonly [readonly string[], number]>) {
    this.name = options.name;
    this.#type = type;
    this.#options = options;
    this.#read = read;
  }

  print(lines: string[]): void {
    head(this.#options, this.#type, lines);
    for (const [values, value] of this.#read())
      lines.push(`${this.name}${printLabels(this.#options.labels ?? [], values)} ${printNumber(value)}`);
  }
}

/** One series of a histogram. */
export class Distribution {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > must(this.#bounds[at], 'a bound')) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  print(name: string, labels: readonly string[], values: readonly string[], lines: string[]): void {
    let count = 0;
    for (const [at, inBucket] of this.#counts.entries()) {
      count += inBucket;
      const bound = this.#bounds[at];
      lines.push(`${name}_bucket${printLabels(labels, values, `le="${bound === undefined ? '+Inf' : String(bound)}"`)} ${count}`);
    }
    lines.push(
      `${name}_sum${printLabels(labels, values)} ${printNumber(this.#sum)}`,
      `${name}_count${printLabels(labels, values)} ${count}`,
    );
  }
}

/** Distributions over fixed buckets. */
export class Histogram implements Metric {
  readonly name: string;
  readonly #options: MetricOptions;
  readonly #family: Family<Distribution>;

  constructor(options: MetricOptions & { readonly buckets: readonly number[] }) {
    this.name = options.name;
    this.#options = options;
    this.#family = new Family(options.labels ?? [], () => new Distribution(options.buckets));
  }

  of(...values: readonly string[]): Distribution {
    return this.#family.of(values);
  }

  print(lines: string[]): void {
    head(this.#options, 'histogram', lines);
    for (const [values, series] of this.#family) series.print(this.name, this.#family.labels, values, lines);
  }
}

/** Everything that one server measures. */
export class MetricRegistry {
  readonly #metrics = new Map<string, Metric>();

  /** Adds a metric and hands it back. */
  add<M extends Metric>(metric: M): M {
    if (this.#metrics.has(metric.name)) throw new Error(`two metrics are named ${metric.name}`);
    this.#metrics.set(metric.name, metric);
    return metric;
  }

  /** The text that is scraped, by name. */
  print(): string {
    const lines: string[] = [];
    for (const name of [...this.#metrics.keys()].sort()) this.#metrics.get(name)?.print(lines);
    return `${lines.join('\n')}\n`;
  }
}

/** `count` bounds, each `factor` times the one before. */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start * factor ** at);
}
