import { fallbackReason } from '@clipfleet/timeline';
import { defineCounter } from './registry.js';

export const plansTotal = defineCounter({
  name: 'plans_total',
  help: 'Plans that were taken up, by how the output is made.',
  labels: ['strategy'],
});

/** `reason`: one of a fixed list (`fallbackReason` of the plan). */
export const fallbacksTotal = defineCounter({
  name: 'fallbacks_total',
  help: 'Plans that take a slower way than the fast one although nobody asked for it, by why.',
  labels: ['reason'],
});
// there before the first one: of a counter whose first value is 1 nobody can tell that it has grown
for (const reason of fallbackReason.options) fallbacksTotal.inc({ reason }, 0);
