// JSONSchemaProps: the schema language of custom resources.

import { boolean, double, field, int64, json, lazy, list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer, JsonObject, StructNode } from '../../../machinery/schema.ts';

export const externalDocumentation = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation', {
  description: string(),
  url: string(),
});
export interface ExternalDocumentation extends Infer<typeof externalDocumentation> {}

export const validationRule = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule', {
  rule: string({ presence: 'always', required: 'published' }),
  message: string(),
  messageExpression: string(),
  reason: string({
    presence: 'pointer',
    enum: ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'],
    enumChecked: false,
  }),
  fieldPath: string(),
  optionalOldSelf: boolean({ presence: 'pointer' }),
});
export interface ValidationRule extends Infer<typeof validationRule> {}

/** A schema contains schemas; their static type is any JSON object. */
const jsonSchemaReference = lazy<JsonObject>((): StructNode<JsonObject> => jsonSchemaProps as StructNode<JsonObject>);

export const jsonSchemaProps = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps', {
  id: string(),
  $schema: string(),
  $ref: string({ presence: 'pointer' }),
  description: string(),
  type: string(),
  format: string(),
  title: string(),
  default: json({ presence: 'pointer' }),
  maximum: double({ presence: 'pointer' }),
  exclusiveMaximum: boolean(),
  minimum: double({ presence: 'pointer' }),
  exclusiveMinimum: boolean(),
  maxLength: int64({ presence: 'pointer' }),
  minLength: int64({ presence: 'pointer' }),
  pattern: string(),
  maxItems: int64({ presence: 'pointer' }),
  minItems: int64({ presence: 'pointer' }),
  uniqueItems: boolean(),
  multipleOf: double({ presence: 'pointer' }),
  enum: list(json(), { listType: 'atomic' }),
  maxProperties: int64({ presence: 'pointer' }),
  minProperties: int64({ presence: 'pointer' }),
  required: list(string(), { listType: 'atomic' }),
  items: json({ presence: 'pointer' }),
  allOf: list(jsonSchemaReference, { listType: 'atomic' }),
  oneOf: list(jsonSchemaReference, { listType: 'atomic' }),
  anyOf: list(jsonSchemaReference, { listType: 'atomic' }),
  not: field(jsonSchemaReference, { presence: 'pointer' }),
  properties: map(jsonSchemaReference),
  additionalProperties: json({ presence: 'pointer' }),
  patternProperties: map(jsonSchemaReference),
  dependencies: map(json()),
  additionalItems: json({ presence: 'pointer' }),
  definitions: map(jsonSchemaReference),
  externalDocs: field(externalDocumentation, { presence: 'pointer' }),
  example: json({ presence: 'pointer' }),
  nullable: boolean(),
  'x-kubernetes-preserve-unknown-fields': boolean({ presence: 'pointer' }),
  'x-kubernetes-embedded-resource': boolean(),
  'x-kubernetes-int-or-string': boolean(),
  'x-kubernetes-list-map-keys': list(string(), { listType: 'atomic' }),
  'x-kubernetes-list-type': string({ presence: 'pointer' }),
  'x-kubernetes-map-type': string({ presence: 'pointer' }),
  'x-kubernetes-validations': list(validationRule, { listType: 'map', listMapKeys: ['rule'], mergeKey: 'rule', patchStrategy: ['merge'] }),
});
export interface JSONSchemaProps extends Infer<typeof jsonSchemaProps> {}
