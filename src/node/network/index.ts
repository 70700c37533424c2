// The networks of nodes: subnets, the bridge between nodes on one machine, Pod routes, CNI, masquerade.

export { addressIn, overlaps, subnetOf } from './cidr.ts';
export { createClusterNetwork, deleteClusterNetwork, uplinkMtu, type ClusterNetworkOptions } from './cluster-network.ts';
export { cniConflist, POD_BRIDGE, writeCniConfig, type CniOptions } from './cni.ts';
export { createMachineNetwork, deleteMachineNetwork } from './machine-network.ts';
export { masqueradeTable, type MasqueradeOptions } from './masquerade.ts';
export { peerRoutes, planRoutes, syncRoutes, type Route, type RoutedNode, type RoutePlan } from './routes.ts';
export { chooseClusterCidrs, gatewayAddress, nodeAddress, takenCidrs, type ClusterCidrs } from './subnets.ts';
