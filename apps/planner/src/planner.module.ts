import { type DynamicModule, Module } from '@nestjs/common';
import { IdleSlots, MessageBus } from '@clipfleet/jetstream';
import { createStores, StoresModule } from '@clipfleet/object-store';
import { PlanConsumer } from './plan.consumer.js';
import { FleetSlots } from './planning/fleet-slots.js';
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
      providers: [
        { provide: PLANNER_CONFIG, useValue: config },
        {
          provide: IdleSlots,
          useFactory: ({ nc, logger }: MessageBus) => new IdleSlots(nc, logger, config),
          inject: [MessageBus],
        },
        FleetSlots,
        PlanningService,
      ],
    };
  }
}
