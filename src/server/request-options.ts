// Options of requests as the query (or the body of a delete) gives them, checked with upstream's messages.

import { deleteOptions } from '../api/meta/v1/options.ts';
import type { DeleteOptions } from '../api/meta/v1/options.ts';
import { FieldPath } from '../machinery/field-path.ts';
import { forbidden, invalid, notSupported, Printed, required, tooLong } from '../machinery/problem.ts';
import type { Problem } from '../machinery/problem.ts';
import { badRequestError, invalidError } from '../machinery/status-error.ts';
import type { Draft } from '../machinery/schema.ts';
import type { ApiRequest, RequestBody } from './api-request.ts';
import { decodeOptions } from './decode-body.ts';
import type { FieldValidation } from './decode-body.ts';

/** What a create, update or patch may ask for besides its object. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Who owns the fields written: as given, or the program in the User-Agent. */
  readonly manager: string;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean | undefined;
  /** Whether this is a server-side apply. */
  readonly applies: boolean;
  /** As admission sees them. */
  readonly given: Readonly<Record<string, unknown>>;
}

const META_GROUP = 'meta.k8s.io';
const MANAGER_LENGTH = 128;
const APPLY = 'application/apply-patch+yaml';
const at = (name: string): FieldPath => FieldPath.root.child(name);

/** Refuses options that have problems. */
function refuse(kind: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidError({ group: META_GROUP, kind }, '', problems);
}

function checkDryRun(values: readonly string[]): Problem[] {
  if (values.every((value) => value === 'All')) return [];
  const shown = new Printed(`[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`);
  return [notSupported(at('dryRun'), shown, ['All'])];
}

const isPrintable = (character: string): boolean =>
  !/[\p{C}\p{Zl}\p{Zp}]/u.test(character) && (character === ' ' || !/\p{Z}/u.test(character));

function checkManager(manager: string): Problem[] {
  const problems: Problem[] = [];
  if (new TextEncoder().encode(manager).length > MANAGER_LENGTH) problems.push(tooLong(at('fieldManager'), MANAGER_LENGTH));
  let place = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      problems.push(invalid(at('fieldManager'), manager, `invalid character U+${code} (at position ${place})`));
    }
    place += new TextEncoder().encode(character).length;
  }
  return problems;
}

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];

/** Reads the value of a boolean parameter as upstream's query decoding does. */
export function booleanOf(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value !== 'false' && value !== '0' && value !== 'False';
}

/** The program's name in a User-Agent. */
function managerOf(userAgent: string): string {
  let manager = '';
  for (const character of userAgent.split('/', 1)[0] ?? '') {
    if (!isPrintable(character)) continue;
    if (manager.length + character.length > MANAGER_LENGTH) break;
    manager += character;
  }
  return manager;
}

/** The options of a create, update or patch. `patchType` is the media type of a patch. */
export function writeOptionsOf(
  request: ApiRequest,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  patchType?: string,
): WriteOptions {
  const { query } = request;
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const force = booleanOf(query, 'force');
  const problems: Problem[] = [];
  if (kind === 'PatchOptions' && patchType === APPLY && fieldManager === '') {
    problems.push(required(at('fieldManager'), 'is required for apply patch'));
  }
  if (kind === 'PatchOptions' && patchType !== APPLY && force !== undefined) {
    problems.push(forbidden(at('force'), 'may not be specified for non-apply patch'));
  }
  problems.push(...checkManager(fieldManager), ...checkDryRun(dryRun));
  if (!VALIDATIONS.includes(validation)) problems.push(notSupported(at('fieldValidation'), validation, VALIDATIONS));
  refuse(kind, problems);
  return {
    dryRun: dryRun.length > 0,
    manager: fieldManager === '' ? managerOf(request.userAgent) : fieldManager,
    fieldManager,
    fieldValidation: validation === '' ? 'Warn' : (validation as FieldValidation),
    force,
    applies: patchType === APPLY,
    given: {
      kind,
      apiVersion: `${META_GROUP}/v1`,
      ...(dryRun.length === 0 ? {} : { dryRun }),
      ...(fieldManager === '' ? {} : { fieldManager }),
      ...(validation === '' ? {} : { fieldValidation: validation }),
      ...(force === undefined ? {} : { force }),
    },
  };
}

const POLICIES = ['Foreground', 'Background', 'Orphan', 'nil'];

/** The number in a parameter; 400 when it is none. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw badRequestError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

function fromQuery(query: URLSearchParams): Draft<DeleteOptions> {
  const grace = integerOf(query, 'gracePeriodSeconds');
  const orphan = booleanOf(query, 'orphanDependents');
  const policy = query.get('propagationPolicy');
  const dryRun = query.getAll('dryRun');
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(orphan === undefined ? {} : { orphanDependents: orphan }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
  };
}

const isEmpty = (body: RequestBody): boolean => (body.kind === 'bytes' ? body.bytes.length === 0 : body.object === undefined);

/** The options of a delete: of its body where it has one, else of the query. */
export function deleteOptionsOf(request: ApiRequest): Draft<DeleteOptions> {
  const { body, query } = request;
  const options = body === undefined || isEmpty(body) ? fromQuery(query) : decodeOptions(body, 'DeleteOptions', deleteOptions);
  const { propagationPolicy: policy, orphanDependents: orphan, dryRun = [] } = options;
  const problems: Problem[] = [];
  if (orphan !== undefined && policy !== undefined) {
    problems.push(invalid(at('propagationPolicy'), policy, 'orphanDependents and deletionPropagation cannot be both set'));
  }
  if (policy !== undefined && !POLICIES.slice(0, 3).includes(policy))
    problems.push(notSupported(at('propagationPolicy'), policy, POLICIES));
  problems.push(...checkDryRun(dryRun));
  refuse('DeleteOptions', problems);
  return options;
}
