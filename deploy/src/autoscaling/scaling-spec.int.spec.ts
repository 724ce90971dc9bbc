import { expect, it } from '@jest/globals';
import { renderOverlay } from '../check-manifests.js';
import { findKubectl } from '../kubernetes/kubectl.js';
import { Manifests } from '../kubernetes/manifests.js';
import { describeWithTool } from '@clipfleet/testing';
import { readScalingSpecs } from './scaling-spec.js';

describeWithTool(findKubectl, 'the ScaledObjects of the production overlay', () => {
  it('are read as they are rendered, patches included', () => {
    const specs = readScalingSpecs(renderOverlay('production'));
    expect(specs.map(({ target, minReplicas, maxReplicas }) => [target, minReplicas, maxReplicas])).toEqual([
      ['planner', 2, 8],
      ['segment-worker', 0, 40],
      ['thumb-worker', 0, 10],
      ['transcode-worker', 0, 60],
    ]);
    expect(specs[1]).toEqual({
      target: 'segment-worker',
      pollingS: 5,
      cooldownS: 300,
      minReplicas: 0,
      maxReplicas: 40,
      fallback: { failureThreshold: 3, replicas: 2, behavior: 'currentReplicasIfHigher' },
      scaleUp: {
        stabilizationS: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Percent', value: 100, periodS: 15 },
          { type: 'Pods', value: 8, periodS: 15 },
        ],
      },
      scaleDown: {
        stabilizationS: 300,
        selectPolicy: 'Max',
        policies: [
          { type: 'Percent', value: 20, periodS: 60 },
          { type: 'Pods', value: 1, periodS: 60 },
        ],
      },
      triggers: [
        {
          ...{
            type: 'nats-jetstream',
            name: 'lag',
            account: 'CLIPFLEET',
            stream: 'CLIPFLEET_WORK',
            consumer: 'segment',
          },
          ...{ target: 2, activation: 0 },
        },
        {
          ...{ type: 'prometheus', name: 'work', target: 60, activation: 0, ignoreNullValues: false },
          query: 'max(clipfleet_backlog_work_seconds{kind="segment", namespace="clipfleet"})',
        },
      ],
    });
  });

  it.each([
    ['idleReplicaCount: 1', /idle replicas are not known/],
    ['triggers: [{ type: cron, metadata: {} }]', /the type cron is not known/],
    ['triggers: [{ type: prometheus, metricType: Value, metadata: {} }]', /Value is not known/],
  ])('are refused with what the arithmetic does not know: %s', (line, reason) => {
    const yaml = `kind: ScaledObject\nspec:\n  scaleTargetRef: { name: a }\n  ${line}\n`;
    expect(() => readScalingSpecs(Manifests.parse(yaml))).toThrow(reason);
  });

  it('have the defaults of KEDA and the HPA where they say nothing', () => {
    const yaml = 'kind: ScaledObject\nspec: { scaleTargetRef: { name: a }, triggers: [] }\n';
    expect(readScalingSpecs(Manifests.parse(yaml))[0]).toMatchObject({
      ...{ pollingS: 30, cooldownS: 300, minReplicas: 0, maxReplicas: 100 },
      scaleDown: { stabilizationS: 300, policies: [{ type: 'Percent', value: 100, periodS: 15 }] },
    });
  });
});
