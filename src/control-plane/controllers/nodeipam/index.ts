// The door of the node IPAM controller.

export { nodeIpamController } from './controller.ts';
