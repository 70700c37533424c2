// The control groups of Pods: one each below its class of service, made before the sandbox and removed after the last container.
//
// G1. The runtime puts containers into them and never removes them: that is done here, in every hierarchy.
// G2. The groups of the two lower classes weigh as much as the Pods in them asked for.

import { writeFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';
import { qosClassOf } from '../../api/core/v1/pod-qos.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { NodeScope } from '../scope/index.ts';
import { cgroupFile, cgroupProcesses, killCgroup, makeCgroup, removeCgroup } from '../scope/index.ts';
import { podCgroupLimits } from './config/resources.ts';
import { podUid } from './pod-names.ts';

type Scope = Pick<NodeScope, 'cgroupRoot' | 'cgroups'>;

const CLASSES = ['', '/burstable', '/besteffort'] as const;
const FOLDERS = { Guaranteed: '', Burstable: '/burstable', BestEffort: '/besteffort' } as const;
const MIN_SHARES = 2;

/** Makes and removes the groups of Pods. */
export class PodCgroups {
  readonly #scope: Scope;
  readonly #clock: Clock;
  /** Shares asked for by Burstable Pods, by group. */
  readonly #burstable = new Map<string, number>();
  readonly #made = new Set<string>();

  constructor(scope: Scope, clock: Clock) {
    this.#scope = scope;
    this.#clock = clock;
  }

  /** The group of a Pod. */
  path(pod: Pod): string {
    return `${this.#scope.cgroupRoot}/kubepods${FOLDERS[qosClassOf(pod.spec)]}/pod${podUid(pod)}`;
  }

  /** Makes the Pod's group and sets its limits; does nothing the second time. */
  async ensure(pod: Pod): Promise<void> {
    const path = this.path(pod);
    if (this.#made.has(path)) return;
    const limits = podCgroupLimits(pod);
    await makeCgroup(this.#scope.cgroups, path);
    await this.#setShares(path, limits.cpuShares);
    await this.#setQuota(path, limits.cpuQuotaUs, limits.cpuPeriodUs);
    if (limits.memoryBytes !== undefined)
      await this.#write('memory', path, ['memory.limit_in_bytes', 'memory.max'], String(limits.memoryBytes));
    if (qosClassOf(pod.spec) === 'Burstable') this.#burstable.set(path, limits.cpuShares);
    this.#made.add(path);
    await this.#weighClasses();
  }

  /** Ends what is left in the Pod's group, whichever class it is in, and removes it. */
  async remove(uid: string, signal: AbortSignal): Promise<void> {
    const { cgroups, cgroupRoot } = this.#scope;
    for (const folder of CLASSES) {
      const path = `${cgroupRoot}/kubepods${folder}/pod${uid}`;
      if ((await cgroupProcesses(cgroups, path)).size > 0) await killCgroup(cgroups, path, this.#clock, signal);
      await removeCgroup(cgroups, path, this.#clock, signal);
      this.#made.delete(path);
      if (this.#burstable.delete(path)) await this.#weighClasses();
    }
  }

  async #weighClasses(): Promise<void> {
    const kubepods = `${this.#scope.cgroupRoot}/kubepods`;
    for (const folder of CLASSES.slice(1)) await makeCgroup(this.#scope.cgroups, `${kubepods}${folder}`);
    const burstable = [...this.#burstable.values()].reduce((sum, shares) => sum + shares, 0);
    await this.#setShares(`${kubepods}/burstable`, Math.max(MIN_SHARES, burstable));
    await this.#setShares(`${kubepods}/besteffort`, MIN_SHARES);
  }

  async #setShares(path: string, shares: number): Promise<void> {
    const weight = 1 + Math.floor(((shares - 2) * 9999) / 262_142);
    await this.#write('cpu', path, ['cpu.shares', 'cpu.weight'], this.#v2 ? String(weight) : String(shares));
  }

  async #setQuota(path: string, quotaUs: number | undefined, periodUs: number): Promise<void> {
    if (quotaUs === undefined) return;
    if (!this.#v2) await this.#write('cpu', path, ['cpu.cfs_period_us', ''], String(periodUs));
    await this.#write('cpu', path, ['cpu.cfs_quota_us', 'cpu.max'], this.#v2 ? `${quotaUs} ${periodUs}` : String(quotaUs));
  }

  get #v2(): boolean {
    return this.#scope.cgroups.version === 2;
  }

  async #write(controller: string, path: string, [v1, v2]: readonly [string, string], value: string): Promise<void> {
    const file = cgroupFile(this.#scope.cgroups, controller, path, this.#v2 ? v2 : v1);
    if (file !== undefined) await writeFile(file, value);
  }
}
