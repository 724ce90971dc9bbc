import { type DynamicModule, Module } from '@nestjs/common';
import { createStores, StoresModule } from '@clipfleet/object-store';
import { PlanConsumer } from './plan.consumer.js';
import { PLANNER_CONFIG, PlanningService } from './planning/planning.service.js';
import type { PlannerConfig } from './planner-config.js';

/** `export.requested` in, `export.planned` out. */
@Module({})
export class PlannerModule {
  static register(config: PlannerConfig): DynamicModule {
    return {
      module: PlannerModule,
      imports: [StoresModule.register(createStores(config.stores))],
      controllers: [PlanConsumer],
      providers: [{ provide: PLANNER_CONFIG, useValue: config }, PlanningService],
    };
  }
}
