// How a ValidatingWebhookConfiguration is written: what is reset, kept and counted.

import { validatingWebhookConfiguration } from '../../../../api/admissionregistration/v1/validating-webhook-configuration.ts';
import { resource } from '../resource.ts';

export const validatingWebhookConfigurationStrategy = resource(validatingWebhookConfiguration, {
  bumpsGeneration: ['webhooks'],
  allowsUnconditionalUpdate: false,
});
