export * from './autoscaling/horizontal-autoscaler.js';
