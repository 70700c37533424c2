// The door of the EndpointSlice mirroring controller.

export { endpointSliceMirroringController } from './controller.ts';
