// The cluster's DNS server.

export { runDns, type DnsOptions } from './server.ts';
export { announceDns, dnsEndpoints, dnsEndpointSlice, dnsService, type AnnouncedDns } from './service.ts';
