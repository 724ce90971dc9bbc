import { integerVariable } from './variable.js';

/** What is counted on while the fleet sleeps: the planner splits clips by it, the gateway sends so many tasks. */
export const fleetVariables = {
  assumedSlots: integerVariable('CLIPFLEET_ASSUMED_SLOTS', {
    default: 4,
    min: 0,
    max: 10_000,
    description:
      'Idle slots that are counted on while no worker of a kind is up: what an autoscaler will start. The same for gateway and planner.',
  }),
} as const;
