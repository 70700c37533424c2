// Finds out whether types fit each other, and what the type parameters of a function must stand for so that they do.

import { DYN, sameType } from './type.ts';
import type { CelType } from './type.ts';

const isDynamic = (type: CelType): boolean => type.kind === 'dyn' || type.kind === 'error';
const NULLABLE: ReadonlySet<string> = new Set(['opaque', 'struct', 'duration', 'timestamp', 'null']);

/** What type parameters stand for so far. A failed attempt leaves no trace. */
export class Unifier {
  #bound = new Map<string, CelType>();

  /** Whether every type of one list fits the other's. */
  assignable(from: readonly CelType[], to: readonly CelType[]): boolean {
    const before = new Map(this.#bound);
    if (this.#all(from, to)) return true;
    this.#bound = before;
    return false;
  }

  /** The type with all known parameters replaced, and the unknown ones by dyn if so wanted. */
  substitute(type: CelType, unknownToDyn: boolean): CelType {
    if (type.kind === 'parameter') {
      const bound = this.#bound.get(type.name);
      if (bound !== undefined) return this.substitute(bound, unknownToDyn);
      return unknownToDyn ? DYN : type;
    }
    if (type.parameters.length === 0) return type;
    return { ...type, parameters: type.parameters.map((inner) => this.substitute(inner, unknownToDyn)) };
  }

  /** The more general of two types that fit each other. */
  mostGeneral(a: CelType, b: CelType): CelType {
    return lessSpecific(a, b) ? a : b;
  }

  #all(from: readonly CelType[], to: readonly CelType[]): boolean {
    return from.length === to.length && from.every((type, index) => this.#fits(type, to[index] ?? DYN));
  }

  #fits(a: CelType, b: CelType): boolean {
    if (b.kind === 'parameter') {
      const { valid, known } = this.#bind(a, b);
      if (valid) return true;
      if (known) return false;
    }
    if (a.kind === 'parameter') return this.#bind(b, a).valid;
    if (isDynamic(a) || isDynamic(b)) return true;
    if (a.kind === 'null') return NULLABLE.has(b.kind);
    if (b.kind === 'null') return NULLABLE.has(a.kind);
    if (a.kind === 'type') return b.kind === 'type';
    return a.kind === b.kind && a.name === b.name && this.#all(a.parameters, b.parameters);
  }

  #bind(type: CelType, parameter: CelType): { readonly valid: boolean; readonly known: boolean } {
    if (sameType(type, parameter)) return { valid: true, known: true };
    const bound = this.#bound.get(parameter.name);
    if (bound !== undefined) {
      if (sameType(type, bound)) return { valid: true, known: true };
      if (!this.#fits(type, bound)) return { valid: false, known: true };
      const general = this.mostGeneral(type, bound);
      if (this.#absent(parameter, general)) this.#bound.set(parameter.name, general);
      return { valid: true, known: true };
    }
    const free = this.#absent(parameter, type);
    if (free) this.#bound.set(parameter.name, type);
    return { valid: free, known: false };
  }

  /** Whether a parameter occurs nowhere in a type. */
  #absent(parameter: CelType, within: CelType): boolean {
    if (sameType(parameter, within)) return false;
    if (within.kind === 'parameter') {
      const bound = this.#bound.get(within.name);
      return bound === undefined || this.#absent(parameter, bound);
    }
    return within.parameters.every((inner) => this.#absent(parameter, inner));
  }
}

function lessSpecific(a: CelType, b: CelType): boolean {
  if (isDynamic(a) || a.kind === 'parameter') return true;
  if (isDynamic(b) || b.kind === 'parameter' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return (
    a.name === b.name &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((inner, index) => lessSpecific(inner, b.parameters[index] ?? DYN))
  );
}
