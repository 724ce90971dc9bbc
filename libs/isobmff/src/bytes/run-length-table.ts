/** Equal neighbours as (count, value), as `stts` and `ctts` store them. */
export class RunLengthTable {
  readonly counts: number[] = [];
  readonly values: number[] = [];

  static of(values: Iterable<number>): RunLengthTable {
    const table = new RunLengthTable();
    for (const value of values) table.append(value);
    return table;
  }

  append(value: number, count = 1): void {
    const last = this.values.length - 1;
    if (last >= 0 && this.values[last] === value) this.counts[last] += count;
    else {
      this.values.push(value);
      this.counts.push(count);
    }
  }

  /** The values, one for each sample. */
  *expand(): Generator<number> {
    for (let i = 0; i < this.values.length; i++) {
      for (let n = this.counts[i]; n > 0; n--) yield this.values[i];
    }
  }
}
