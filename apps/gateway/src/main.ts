import '@clipfleet/platform/otel';
import 'reflect-metadata';
import { loadConfigOrExit } from '@clipfleet/platform';
import { gatewayConfigSchema } from './gateway-config.js';
import { startGateway } from './start-gateway.js';

await startGateway(loadConfigOrExit(gatewayConfigSchema));
