// Options of requests: what a create, update, patch, delete, get or list may ask for besides its object.

import { boolean, field, int64, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const preconditions = struct(`${META}.Preconditions`, {
  uid: string({ presence: 'pointer', pb: 1 }),
  resourceVersion: string({ presence: 'pointer', pb: 2 }),
});
export interface Preconditions extends Infer<typeof preconditions> {}

export const deleteOptions = struct(`${META}.DeleteOptions`, {
  kind: string(),
  apiVersion: string(),
  gracePeriodSeconds: int64({ presence: 'pointer', pb: 1 }),
  preconditions: field(preconditions, { presence: 'pointer', pb: 2 }),
  orphanDependents: boolean({ presence: 'pointer', pb: 3 }),
  propagationPolicy: string({ presence: 'pointer', pb: 4 }),
  dryRun: list(string(), { pb: 5, listType: 'atomic' }),
  ignoreStoreReadErrorWithClusterBreakingPotential: boolean({ presence: 'pointer', pb: 6 }),
});
export interface DeleteOptions extends Infer<typeof deleteOptions> {}

export const createOptions = struct(`${META}.CreateOptions`, {
  dryRun: list(string(), { pb: 1, listType: 'atomic' }),
  fieldManager: string({ pb: 3 }),
  fieldValidation: string({ pb: 4 }),
});
export interface CreateOptions extends Infer<typeof createOptions> {}

export const updateOptions = struct(`${META}.UpdateOptions`, {
  dryRun: list(string(), { pb: 1, listType: 'atomic' }),
  fieldManager: string({ pb: 2 }),
  fieldValidation: string({ pb: 3 }),
});
export interface UpdateOptions extends Infer<typeof updateOptions> {}

export const patchOptions = struct(`${META}.PatchOptions`, {
  dryRun: list(string(), { pb: 1, listType: 'atomic' }),
  force: boolean({ presence: 'pointer', pb: 2 }),
  fieldManager: string({ pb: 3 }),
  fieldValidation: string({ pb: 4 }),
});
export interface PatchOptions extends Infer<typeof patchOptions> {}

export const getOptions = struct(`${META}.GetOptions`, {
  resourceVersion: string({ pb: 1 }),
});
export interface GetOptions extends Infer<typeof getOptions> {}

export const listOptions = struct(`${META}.ListOptions`, {
  labelSelector: string({ pb: 1 }),
  fieldSelector: string({ pb: 2 }),
  watch: boolean({ pb: 3 }),
  allowWatchBookmarks: boolean({ pb: 9 }),
  resourceVersion: string({ pb: 4 }),
  resourceVersionMatch: string({ pb: 10 }),
  timeoutSeconds: int64({ presence: 'pointer', pb: 5 }),
  limit: int64({ pb: 7 }),
  continue: string({ pb: 8 }),
  sendInitialEvents: boolean({ presence: 'pointer', pb: 11 }),
});
export interface ListOptions extends Infer<typeof listOptions> {}
