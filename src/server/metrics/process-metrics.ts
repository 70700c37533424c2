// What the operating system knows of this process, under the names that every exporter uses.

import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { Read } from './metric.ts';
import type { MetricRegistry } from './metric.ts';

const one = (value: number): readonly (readonly [readonly string[], number])[] => [[[], value]];

/** Adds the metrics of this process. */
export function addProcessMetrics(metrics: MetricRegistry, clock: Clock): void {
  const startSeconds = Math.floor(clock.now() / 1000 - process.uptime());
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  metrics.add(new Read('counter', { name: 'process_cpu_seconds_total', help: 'Processor time used.' }, () => one(cpuSeconds())));
  metrics.add(new Read('gauge', { name: 'process_resident_memory_bytes', help: 'Resident memory.' }, () => one(process.memoryUsage.rss())));
  metrics.add(new Read('gauge', { name: 'process_start_time_seconds', help: 'When the process began.' }, () => one(startSeconds)));
  metrics.add(
    new Read('gauge', { name: 'process_open_fds', help: 'Open file descriptors.' }, () => one(readdirSync('/proc/self/fd').length)),
  );
  metrics.add(new Read('gauge', { name: 'process_max_fds', help: 'How many file descriptors may be open.' }, () => one(maxFiles())));
  metrics.add(new Read('gauge', { name: 'process_virtual_memory_bytes', help: 'Address space.' }, () => one(virtualBytes())));
}

function maxFiles(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
}

function virtualBytes(): number {
  return Number(/^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
}
