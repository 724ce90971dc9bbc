import { copyBytes, sameBytes } from '../bytes.js';

/** Parameter sets by id, each with what was parsed from it; remembers whether anything changed. */
export class ParameterSets<T> {
  private readonly sets = new Map<number, { nal: Uint8Array; parsed: T }>();
  /** By id; undefined: to be made again. It is asked for with every picture. */
  private sorted: readonly { nal: Uint8Array; parsed: T }[] | undefined;

  /** True if the set is new or differs from the one with this id. `nal` is copied. */
  put(id: number, nal: Uint8Array, parsed: T): boolean {
    if (this.holds(id, nal)) return false;
    this.sets.set(id, { nal: copyBytes(nal), parsed });
    this.sorted = undefined;
    return true;
  }

  /** Whether exactly these bytes are in force under this id. */
  holds(id: number, nal: Uint8Array): boolean {
    const known = this.sets.get(id)?.nal;
    return known !== undefined && sameBytes(known, nal);
  }

  get(id: number): T | undefined {
    return this.sets.get(id)?.parsed;
  }

  get first(): T | undefined {
    return this.ordered()[0]?.parsed;
  }

  get nals(): Uint8Array[] {
    return this.ordered().map(({ nal }) => nal);
  }

  get size(): number {
    return this.sets.size;
  }

  deleteWhere(predicate: (parsed: T) => boolean): void {
    for (const [id, { parsed }] of this.sets) if (predicate(parsed)) this.sets.delete(id);
    this.sorted = undefined;
  }

  clear(): void {
    this.sets.clear();
    this.sorted = undefined;
  }

  private ordered(): readonly { nal: Uint8Array; parsed: T }[] {
    this.sorted ??= [...this.sets].toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
    return this.sorted;
  }
}
