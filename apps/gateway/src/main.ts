import '@clipfleet/platform/otel';
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { loadConfigOrExit } from '@clipfleet/platform';
import { gatewayConfigSchema } from './gateway-config.js';
import { startGateway } from './start-gateway.js';

// Under a burst of connections most of what a request allocates survives a collection; V8 then has those places in the code allocate in
// the old generation, for good: every later poll costs a third more.
setFlagsFromString('--no-allocation-site-pretenuring');

await startGateway(loadConfigOrExit(gatewayConfigSchema));
