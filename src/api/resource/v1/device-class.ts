// DeviceClass: a named selection of devices.

import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, inline, list, rawExtension, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const opaqueDeviceConfiguration = struct('io.k8s.api.resource.v1.OpaqueDeviceConfiguration', {
  driver: string({ presence: 'always', pb: 1, required: 'published' }),
  parameters: rawExtension({ presence: 'always', pb: 2, required: 'published' }),
});
export interface OpaqueDeviceConfiguration extends Infer<typeof opaqueDeviceConfiguration> {}

export const deviceConfiguration = struct('io.k8s.api.resource.v1.DeviceConfiguration', {
  opaque: field(opaqueDeviceConfiguration, { presence: 'pointer', pb: 1 }),
});
export interface DeviceConfiguration extends Infer<typeof deviceConfiguration> {}

export const deviceClassConfiguration = struct('io.k8s.api.resource.v1.DeviceClassConfiguration', {
  deviceConfiguration: inline(deviceConfiguration, { pb: 1 }),
});
export interface DeviceClassConfiguration extends Infer<typeof deviceClassConfiguration> {}

export const celDeviceSelector = struct('io.k8s.api.resource.v1.CELDeviceSelector', {
  expression: string({ presence: 'always', pb: 1, required: 'published' }),
});
export interface CELDeviceSelector extends Infer<typeof celDeviceSelector> {}

export const deviceSelector = struct('io.k8s.api.resource.v1.DeviceSelector', {
  cel: field(celDeviceSelector, { presence: 'pointer', pb: 1 }),
});
export interface DeviceSelector extends Infer<typeof deviceSelector> {}

export const deviceClassSpec = struct('io.k8s.api.resource.v1.DeviceClassSpec', {
  selectors: list(deviceSelector, { pb: 1, listType: 'atomic' }),
  config: list(deviceClassConfiguration, { pb: 2, listType: 'atomic' }),
  extendedResourceName: string({ presence: 'pointer', pb: 4 }),
});
export interface DeviceClassSpec extends Infer<typeof deviceClassSpec> {}

export const deviceClass = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  scope: 'Cluster',
  name: 'io.k8s.api.resource.v1.DeviceClass',
  fields: {
    spec: field(deviceClassSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
  columns: [nameColumn, ageColumn],
});
export interface DeviceClass extends Infer<typeof deviceClass> {}
