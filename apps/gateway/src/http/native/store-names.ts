import { Inject, Injectable } from '@nestjs/common';
import { fieldError, type FieldProblem } from '@clipfleet/contracts';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import type { Edit, Output } from '@clipfleet/timeline';

/** Which stores a native request may name. */
@Injectable()
export class StoreNames {
  private readonly ids: ReadonlySet<string>;

  constructor(@Inject(OBJECT_STORES) stores: ObjectStores) {
    this.ids = new Set(stores.all().map((store) => store.id));
  }

  /** Throws `bad-parameter` that names every member which names no store. */
  check({ edit, output }: { edit: Edit; output: Output }): void {
    const named = [
      ...edit.clips.flatMap((clip, c) =>
        clip.source.locations.map(({ storeId }, l) => ({
          storeId,
          field: `edit.clips.${c}.source.locations.${l}.storeId`,
        })),
      ),
      { storeId: output.destination.storeId, field: 'output.destination.storeId' },
    ];
    const problems: FieldProblem[] = named
      .filter(({ storeId }) => !this.ids.has(storeId))
      .map(({ field }) => ({ field, message: 'names no store of this fleet' }));
    if (problems.length > 0) throw fieldError(problems);
  }
}
