// Gives Services their addresses and ports: `begin` of the write loop. Everything that is reserved here is given back if the write fails.
//
// S1. Decisions are made on Services as the store has them now, plus what other writes have reserved.
// S2. A dry run reserves nothing, and shows what would have been given.

import { must } from '../../../base/assert.ts';
import type { Random } from '../../../base/random.ts';
import type { Service, ServicePort } from '../../../api/core/v1/service.ts';
import { serviceCIDR } from '../../../api/networking/v1/service-cidr.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { internalError, invalidError } from '../../../machinery/status-error.ts';
import type { Lookups } from '../../../server/lookups.ts';
import type { Reservation, WriteContext } from '../../../server/strategy.ts';
import { AddressPool } from './address-pool.ts';
import { PortPool } from './port-pool.ts';
import type { PortRange } from './port-pool.ts';
import { ServiceClaims } from './service-claims.ts';
import type { ClaimSet } from './service-claims.ts';
import { fillFamilies, keepsPreference } from './service-families.ts';
import type { Family } from './service-families.ts';
import { isHeadless, needsAddress, needsHealthCheckPort, needsNodePorts, opensNodePorts } from './service-fields.ts';
import { carryAllocated, matchSingular } from './service-normalization.ts';

const spec = FieldPath.root.child('spec');

export interface ServiceAllocatorOptions {
  readonly serviceCidrs: readonly string[];
  readonly nodePorts: PortRange;
  readonly random: Random;
}

/** One write's view of the pools. */
interface Attempt {
  readonly name: string;
  readonly pools: readonly AddressPool[];
  readonly held: ClaimSet;
}

export class ServiceAllocator {
  readonly #claims = new ServiceClaims();
  readonly #ports: PortPool;
  readonly #random: Random;
  readonly #configured: readonly string[];
  readonly #pools = new Map<string, AddressPool>();

  constructor({ serviceCidrs, nodePorts, random }: ServiceAllocatorOptions) {
    this.#configured = serviceCidrs;
    this.#ports = new PortPool(nodePorts);
    this.#random = random;
  }

  /** Fills in what the Service needs, and reserves it. */
  async begin(draft: Draft<Service>, old: Service | undefined, context: WriteContext): Promise<Reservation> {
    if (context.subresource !== '') return { keep() {}, revert() {} };
    await this.#claims.refresh(context.lookups, context.signal);
    if (old !== undefined) carryAllocated(draft, old);
    matchSingular(draft, old);
    const held: ClaimSet = { claims: new Set() };
    const attempt: Attempt = { name: draft.metadata.name ?? '', pools: this.#poolsOf(context.lookups), held };
    try {
      this.#allocate(draft, old, attempt);
    } catch (error) {
      this.#claims.revert(held);
      throw error;
    }
    if (context.dryRun) this.#claims.revert(held);
    return { keep() {}, revert: () => this.#claims.revert(held) };
  }

  /** The ranges of the cluster: those it was started with, and those that ServiceCIDRs add. */
  #poolsOf(lookups: Lookups): AddressPool[] {
    const added = lookups.cachedList(serviceCIDR).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const all = new Set([...this.#configured, ...added.flatMap((each) => each.spec.cidrs ?? [])]);
    return [...all].map((cidr) => {
      const pool = this.#pools.get(cidr) ?? new AddressPool(cidr);
      this.#pools.set(cidr, pool);
      return pool;
    });
  }

  #allocate(draft: Draft<Service>, old: Service | undefined, attempt: Attempt): void {
    const families = this.#configured.map((cidr): Family => (must(this.#pools.get(cidr), cidr).family === 6 ? 'IPv6' : 'IPv4'));
    refuse(attempt, fillFamilies(draft, old, families));
    this.#addresses(draft, old, attempt);
    this.#nodePorts(draft, old, attempt);
    this.#healthCheckPort(draft, old, attempt);
  }

  #addresses(draft: Draft<Service>, old: Service | undefined, attempt: Attempt): void {
    if (!needsAddress(draft) || isHeadless(draft) || keepsPreference(draft, old)) return;
    if (old !== undefined && needsAddress(old) && isHeadless(old)) return;
    const had = old !== undefined && needsAddress(old) ? (old.spec.clusterIPs ?? []) : [];
    const { ipFamilies = [] } = draft.spec;
    // An update adds a second address at most: the first never changes, and validation says so.
    if (had.length > 0 && ipFamilies.length <= had.length) return;
    const addresses = [...(draft.spec.clusterIPs ?? [])];
    for (const [index, family] of ipFamilies.entries()) {
      if (index < had.length) continue;
      addresses[index] = this.#address(family as Family, addresses[index] ?? '', draft, attempt);
    }
    draft.spec.clusterIPs = addresses;
    const [first] = addresses;
    if (first !== undefined) draft.spec.clusterIP = first;
  }

  #address(family: Family, asked: string, draft: Draft<Service>, attempt: Attempt): string {
    const { pools, name, held } = attempt;
    const fitting = pools.filter((pool) => pool.family === (family === 'IPv6' ? 6 : 4));
    if (asked !== '') {
      const problem = this.#addressProblem(asked, fitting);
      const shown = (draft.spec.clusterIPs ?? []).filter((each) => each !== undefined);
      if (problem !== undefined) refuse(attempt, [invalid(spec.child('clusterIPs'), shown, `failed to allocate IP ${asked}: ${problem}`)]);
      this.#claims.holdAddress(asked, held);
      return asked;
    }
    for (const pool of fitting) {
      const found = pool.next((address) => this.#claims.hasAddress(address), this.#random);
      if (found === undefined) continue;
      this.#claims.holdAddress(found, held);
      return found;
    }
    throw internalError(new Error(`failed to allocate a serviceIP for Service ${JSON.stringify(name)}: range is full`));
  }

  #addressProblem(asked: string, pools: readonly AddressPool[]): string | undefined {
    const pool = pools.find((each) => each.covers(asked));
    if (pool === undefined) return 'the provided network does not match the current range';
    if (!pool.contains(asked)) return `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${pool.cidr}`;
    return this.#claims.hasAddress(asked) ? 'provided IP is already allocated' : undefined;
  }

  #nodePorts(draft: Draft<Service>, old: Service | undefined, attempt: Attempt): void {
    if (!opensNodePorts(draft)) return;
    const had = new Set(old === undefined ? [] : (old.spec.ports ?? []).map(({ nodePort = 0 }) => nodePort));
    const mine = new Set<number>(had);
    /** Ports of the same number and different protocols share their node port, when they are new. */
    const chosen = new Map<number, number>();
    for (const [index, port] of (draft.spec.ports ?? []).entries()) {
      if ((port.nodePort ?? 0) === 0 && !needsNodePorts(draft)) continue;
      const shared = old === undefined ? (chosen.get(port.port) ?? requestedFor(port.port, draft.spec.ports)) : 0;
      const asked = port.nodePort ?? 0;
      const wanted = asked !== 0 ? asked : shared;
      if (wanted === 0) port.nodePort = this.#freePort(attempt, 'a nodePort');
      else {
        if (!mine.has(wanted)) this.#takePort(wanted, spec.child('ports').index(index).child('nodePort'), attempt);
        port.nodePort = wanted;
      }
      mine.add(port.nodePort);
      if (!chosen.has(port.port)) chosen.set(port.port, port.nodePort);
    }
  }

  #healthCheckPort(draft: Draft<Service>, old: Service | undefined, attempt: Attempt): void {
    if (!needsHealthCheckPort(draft) || (old !== undefined && needsHealthCheckPort(old))) return;
    const asked = draft.spec.healthCheckNodePort ?? 0;
    if (asked === 0) draft.spec.healthCheckNodePort = this.#freePort(attempt, `a HealthCheck NodePort ${asked}`);
    else {
      const problem = this.#portProblem(asked);
      if (problem !== undefined) throw internalError(new Error(`failed to allocate requested HealthCheck NodePort ${asked}: ${problem}`));
      this.#claims.holdPort(asked, attempt.held);
    }
  }

  #freePort({ held }: Attempt, what: string): number {
    const port = this.#ports.next((each) => this.#claims.hasPort(each), this.#random);
    if (port === undefined) throw internalError(new Error(`failed to allocate ${what}: range is full`));
    this.#claims.holdPort(port, held);
    return port;
  }

  #takePort(port: number, at: FieldPath, attempt: Attempt): void {
    const problem = this.#portProblem(port);
    if (problem !== undefined) refuse(attempt, [invalid(at, port, problem)]);
    this.#claims.holdPort(port, attempt.held);
  }

  #portProblem(port: number): string | undefined {
    const { first, last } = this.#ports.range;
    if (!this.#ports.contains(port)) return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    return this.#claims.hasPort(port) ? 'provided port is already allocated' : undefined;
  }
}

function refuse({ name }: Attempt, problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidError({ group: '', kind: 'Service' }, name, problems);
}

/** The node port that another entry of the same port number asks for. */
const requestedFor = (port: number, ports: readonly ServicePort[] | undefined): number =>
  (ports ?? []).find((each) => each.port === port && (each.nodePort ?? 0) !== 0)?.nodePort ?? 0;
