import { USUAL_LOAD } from '../load/load-sides.js';
import { pollsLoad } from '../load/polls-load.js';
import type { BenchCase } from '../run/bench-case.js';
import { type BenchStack } from '../stack/bench-stack.js';
import { loadCase } from './load-case.js';

export const polls = (stack: BenchStack): BenchCase => loadCase('polls', pollsLoad(stack), USUAL_LOAD);
