/** The configuration of every app, from the schemas that read it. Needs a build. */
import { gatewayConfigSchema } from '@clipfleet/gateway/config';
import { plannerConfigSchema } from '@clipfleet/planner/config';
import { segmentWorkerConfigSchema } from '@clipfleet/segment-worker/config';
import { thumbWorkerConfigSchema } from '@clipfleet/thumb-worker/config';
import { transcodeWorkerConfigSchema } from '@clipfleet/transcode-worker/config';

export const appConfigs = {
  gateway: gatewayConfigSchema,
  planner: plannerConfigSchema,
  'segment-worker': segmentWorkerConfigSchema,
  'transcode-worker': transcodeWorkerConfigSchema,
  'thumb-worker': thumbWorkerConfigSchema,
};
