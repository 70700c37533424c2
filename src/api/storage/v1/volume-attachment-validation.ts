// Checks of VolumeAttachments: which volume, by whom, to which node; all of which stays.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { rangeMessage } from '../../../machinery/formats/messages.ts';
import { forbidden, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { validateCsiDriverName } from '../../core/v1/network-volume-validation.ts';
import { validateVolumeSpec } from '../../core/v1/persistent-volume-validation.ts';
import { byteLength, complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus, VolumeError } from './volume-attachment.ts';

interface AttachmentFields {
  readonly spec: VolumeAttachmentSpec;
  readonly status: VolumeAttachmentStatus;
}

const LARGEST_METADATA = 256 * 1024;
const LONGEST_ERROR = 1024;
const LARGEST_CODE = 2_147_483_647;

/** Checks an attachment, and that its spec stays. */
export function* validateVolumeAttachment(next: AttachmentFields, old: AttachmentFields | undefined, at: FieldPath): Problems {
  const { spec, status } = next;
  const here = at.child('spec');
  yield* validateCsiDriverName(spec.attacher, here.child('attacher'));
  yield* validateSource(spec.source, here.child('source'));
  yield* complaints(here.child('nodeName'), spec.nodeName, checkDns1123Subdomain(spec.nodeName));
  const metadata = Object.entries(status.attachmentMetadata ?? {});
  const size = metadata.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (size > LARGEST_METADATA) yield tooLong(at.child('status', 'attachmentMetadata'), LARGEST_METADATA);
  yield* validateError(status.attachError, at.child('status', 'attachError'));
  yield* validateError(status.detachError, at.child('status', 'detachError'));
  const { persistentVolumeName: name } = spec.source;
  if (name !== undefined) yield* complaints(here.child('source', 'persistentVolumeName'), name, checkDns1123Subdomain(name));
  if (old !== undefined && !semanticEqual(spec, old.spec)) yield invalid(here, internalSpec(spec), 'field is immutable');
}

const internalSpec = ({ attacher, source, nodeName }: VolumeAttachmentSpec): object => ({
  Attacher: attacher,
  Source: { PersistentVolumeName: source.persistentVolumeName ?? null, InlineVolumeSpec: source.inlineVolumeSpec ?? null },
  NodeName: nodeName,
});

function* validateSource({ inlineVolumeSpec, persistentVolumeName }: VolumeAttachmentSource, at: FieldPath): Problems {
  const text = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) yield required(at, text);
  else if (inlineVolumeSpec !== undefined && persistentVolumeName !== undefined) yield forbidden(at, text);
  else if (persistentVolumeName === '') yield required(at.child('persistentVolumeName'), 'must specify non empty persistentVolumeName');
  else if (inlineVolumeSpec !== undefined) yield* validateVolumeSpec(inlineVolumeSpec, true, at.child('inlineVolumeSpec'));
}

function* validateError(error: VolumeError | undefined, at: FieldPath): Problems {
  if (error === undefined) return;
  const { message = '', errorCode } = error;
  // Upstream names the other limit.
  if (byteLength(message) > LONGEST_ERROR) yield tooLong(at.child('message'), LARGEST_METADATA);
  if (errorCode !== undefined && errorCode < 0) yield invalid(at.child('errorCode'), errorCode, rangeMessage(0, LARGEST_CODE));
}
