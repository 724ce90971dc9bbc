import { autoscaling } from './autoscaling.js';
import { availability } from './availability.js';
import { commands } from './commands.js';
import { connections } from './connections.js';
import { environment } from './environment.js';
import type { Policy } from './facts.js';
import { ffmpegLimits } from './ffmpeg-limits.js';
import { ingress } from './ingress.js';
import { monitoring } from './monitoring.js';
import { network } from './network.js';
import { podSecurity } from './pod-security.js';
import { probes } from './probes.js';
import { references } from './references.js';
import { resources } from './resources.js';
import { shutdown } from './shutdown.js';
import { smallNode } from './small-node.js';

/** Our own rules, which no schema knows. */
export const policies: readonly Policy[] = [
  podSecurity,
  commands,
  probes,
  resources,
  ffmpegLimits,
  shutdown,
  availability,
  references,
  environment,
  autoscaling,
  network,
  ingress,
  connections,
  monitoring,
  smallNode,
];
