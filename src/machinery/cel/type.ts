// Types of expressions: how they are built, how they print in messages, and when two are the same.

export type TypeKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'struct'
  | 'opaque'
  | 'type'
  | 'parameter';

export interface CelType {
  readonly kind: TypeKind;
  readonly name: string;
  readonly parameters: readonly CelType[];
}

const simple = (kind: TypeKind, name: string = kind): CelType => ({ kind, name, parameters: [] });

export const DYN = simple('dyn');
export const ERROR = simple('error', '!error!');
export const NULL = simple('null', 'null_type');
export const BOOL = simple('bool');
export const INT = simple('int');
export const UINT = simple('uint');
export const DOUBLE = simple('double');
export const STRING = simple('string');
export const BYTES = simple('bytes');
export const TIMESTAMP = simple('timestamp', 'google.protobuf.Timestamp');
export const DURATION = simple('duration', 'google.protobuf.Duration');

export const listOf = (element: CelType): CelType => ({ kind: 'list', name: 'list', parameters: [element] });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', name: 'map', parameters: [key, value] });
export const structOf = (name: string): CelType => simple('struct', name);
export const opaqueOf = (name: string, ...parameters: readonly CelType[]): CelType => ({ kind: 'opaque', name, parameters });
export const typeOfType = (...parameters: readonly CelType[]): CelType => ({ kind: 'type', name: 'type', parameters });
export const parameter = (name: string): CelType => simple('parameter', name);
export const optionalOf = (value: CelType): CelType => opaqueOf('optional_type', value);

export const isOptional = (type: CelType): boolean => type.kind === 'opaque' && type.name === 'optional_type';

/** The type inside an optional one, or the type itself. */
export const unwrapOptional = (type: CelType): CelType => (isOptional(type) ? (type.parameters[0] ?? DYN) : type);

const PRINTED: Readonly<Record<string, string>> = {
  null: 'null',
  timestamp: 'timestamp',
  duration: 'duration',
  dyn: 'dyn',
  error: '!error!',
};

/** The type as messages write it. */
export function printType(type: CelType): string {
  const known = PRINTED[type.kind];
  if (known !== undefined) return known;
  return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(printType).join(', ')})`;
}

/** A call's argument types as messages write them. */
export function printSignature(types: readonly CelType[], member: boolean): string {
  const [target, ...rest] = types.map(printType);
  return member ? `${target}.(${rest.join(', ')})` : `(${types.map(printType).join(', ')})`;
}

export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((type, index) => sameType(type, b.parameters[index] ?? ERROR))
  );
}
