// How a CustomResourceDefinition is written: the version that is stored joins the versions that ever were.

import { customResourceDefinition } from '../../../../api/apiextensions/v1/custom-resource-definition.ts';
import type { CustomResourceDefinition } from '../../../../api/apiextensions/v1/custom-resource-definition.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { resource, statusOnly } from '../resource.ts';

function recordStoredVersion({ spec, status }: Draft<CustomResourceDefinition>): void {
  const stored = spec.versions.find((version) => version.storage)?.name;
  const known = status.storedVersions ?? [];
  if (stored !== undefined && !known.includes(stored)) status.storedVersions = [...known, stored];
}

export const customResourceDefinitionStrategy = resource(customResourceDefinition, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  allowsUnconditionalUpdate: false,
  prepareForCreate: recordStoredVersion,
  prepareForUpdate: recordStoredVersion,
  subresources: { status: statusOnly() },
});
