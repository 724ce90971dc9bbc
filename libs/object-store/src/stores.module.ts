import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { ObjectStores } from './create-stores.js';

/** Injection token of the process's stores: `@Inject(OBJECT_STORES) stores: ObjectStores`. */
export const OBJECT_STORES = Symbol('clipfleet object stores');

/** Global. Provides OBJECT_STORES and closes them when the process ends. */
@Module({})
export class StoresModule implements OnApplicationShutdown {
  constructor(@Inject(OBJECT_STORES) private readonly stores: ObjectStores) {}

  static register(stores: ObjectStores): DynamicModule {
    return {
      module: StoresModule,
      global: true,
      providers: [{ provide: OBJECT_STORES, useValue: stores }],
      exports: [OBJECT_STORES],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stores.close();
  }
}
