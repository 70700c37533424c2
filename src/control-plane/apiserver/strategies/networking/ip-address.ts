// IPAddress: one address of the Service range that is taken.

import { ipAddress } from '../../../../api/networking/v1/ip-address.ts';
import { resource } from '../resource.ts';

export const ipAddressStrategy = resource(ipAddress);
