export { runDirectory } from './run-directory.js';
export { runScaleSim, type ScaleSimOptions, type ScaleSimResult } from './scale-sim/scale-sim.js';
export { scalingPicture } from './scale-sim/picture.js';
export { scalingDocument } from './scale-sim/document.js';
export { doneAtS, poolSummaries, type PoolSummary } from './scale-sim/summary.js';
