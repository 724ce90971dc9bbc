import { describe } from '@jest/globals';
import { findPrometheus, PrometheusUnavailable, type PrometheusProgram } from './prometheus/prometheus-binaries.js';

/** A suite that runs Prometheus or promtool. Where neither can be had it counts as skipped, by name and with the reason. */
export const describeWithPrometheus = (
  program: PrometheusProgram,
  name: string,
  suite: (path: string) => void,
): void => {
  try {
    const found = findPrometheus(program);
    describe(name, () => suite(found));
  } catch (error) {
    if (!(error instanceof PrometheusUnavailable)) throw error;
    describe.skip(`${name} (skipped: ${error.message})`, () => suite(program));
  }
};
