import { USUAL_LOAD } from '../load/load-sides.js';
import { newJobsLoad } from '../load/new-jobs-load.js';
import type { BenchCase } from '../run/bench-case.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { loadCase } from './load-case.js';

export const newJobs = (stack: BenchStack): BenchCase => loadCase('new-jobs', newJobsLoad(stack), USUAL_LOAD);
