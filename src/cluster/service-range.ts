// Addresses of the Service range that are given to the cluster's own Services.

const nth = (serviceCidr: string, last: number): string => (serviceCidr.split('/')[0] ?? '').replace(/\.\d+$/, `.${last}`);

/** The address of the Service `kubernetes`: the first of the range. */
export const firstServiceAddress = (serviceCidr: string): string => nth(serviceCidr, 1);

/** The address of the cluster's DNS: the tenth of the range. */
export const dnsServiceAddress = (serviceCidr: string): string => nth(serviceCidr, 10);
