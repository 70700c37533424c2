// The container runtime of a node: a supervised containerd, the CRI client to it, and images loaded into it.

export { ContainerdSupervisor, type ContainerdOptions, type ContainerdStatus } from './containerd.ts';
export { configFormat, containerdConfig, type ContainerdConfigOptions, type LowLevelRuntime } from './containerd-config.ts';
export type { CallOptions } from './cri/channel.ts';
export { createCriClient, type CriClient, type CriClientOptions } from './cri/client.ts';
export { isNotFound, RuntimeError, type RuntimeErrorCode } from './cri/errors.ts';
export type { RuntimeEvent } from './cri/events.ts';
export type * from './cri/messages/container.ts';
export type * from './cri/messages/image.ts';
export type * from './cri/messages/image-spec.ts';
export type * from './cri/messages/resources.ts';
export type * from './cri/messages/runtime.ts';
export type * from './cri/messages/sandbox.ts';
export type * from './cri/messages/security.ts';
export type * from './cri/messages/stats.ts';
export type * from './cri/messages/streaming.ts';
export { imageParts, MANIFEST_TYPE, ociArchive, ociImage, tar, type ImageFile, type ImageOptions, type OciImage } from './image-archive.ts';
export { ensurePauseImage, loadImage, type ImageLoader, removeImage } from './images.ts';
export { PAUSE_IMAGE, pauseImageArchive } from './pause-image.ts';
export { addRegistry, registryHosts, type Registry } from './registries.ts';
