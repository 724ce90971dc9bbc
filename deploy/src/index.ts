export * from './check-manifests.js';
export { factsOfCode, type Facts } from './policies/facts.js';
export { Manifests } from './kubernetes/manifests.js';
export { ToolUnavailable } from './tools/tool-unavailable.js';
export { natsValuesProblems, readNatsValues } from './policies/values.js';
export { generatedFiles } from './generated-files.js';
export { ruleProblems } from './rules/rules.js';
export { dashboardProblems } from './dashboards/dashboards.js';
export * from './autoscaling/scaling-spec.js';
