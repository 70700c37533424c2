// The door of the EndpointSlice controller.

export { endpointSliceController } from './controller.ts';
