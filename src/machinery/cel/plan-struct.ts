// The plan of an object literal (`Object.spec{…}`, `JSONPatch{…}`): a map that knows its type's name.

import { lookUpName } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Expression, StructLiteral } from './expression.ts';
import type { Plan } from './frame.ts';
import { CelError, MapValue, Optional } from './value.ts';
import type { Value } from './value.ts';

/** An object that an expression built. */
export class StructValue extends MapValue {
  readonly #name: string;
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(name: string, fields: ReadonlyMap<string, Value>) {
    super();
    this.#name = name;
    this.#fields = fields;
  }

  get size(): number {
    return this.#fields.size;
  }

  override get structName(): string {
    return this.#name;
  }

  override get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#fields.get(key) : undefined;
  }

  override keys(): Iterable<Value> {
    return this.#fields.keys();
  }
}

export function planStruct(environment: Environment, expression: StructLiteral, plan: (expression: Expression) => Plan): Plan {
  const found = lookUpName(environment.shapes, environment.container, expression.name);
  const fields = expression.fields.map(({ name, value, optional }) => ({ name, value: plan(value), optional }));
  if (found === undefined) {
    const error = new CelError(`unknown type: '${expression.name}'`);
    return () => error;
  }
  return (frame) => {
    const values = new Map<string, Value>();
    for (const { name, value, optional } of fields) {
      const given = value(frame);
      if (given instanceof CelError) return given;
      const kept = optional && given instanceof Optional ? given.value : given;
      if (kept !== undefined) values.set(name, kept);
    }
    frame.charge(40);
    return new StructValue(found.name, values);
  };
}
