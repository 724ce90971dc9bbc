/** A section has at most 1021 bytes behind its length in PAT and PMT, 4093 in private tables (ISO/IEC 13818-1 §2.4.4). */
const MAX_SECTION_BYTES = 4096;
const STUFFING_TABLE_ID = 0xff;

/**
 * Puts sections together from the payloads of one PID: a section may span packets, and a packet may hold the end of one
 * section and the beginning of others (ISO/IEC 13818-1 §2.4.4.1).
 */
export class SectionAssembler {
  private readonly bytes = new Uint8Array(MAX_SECTION_BYTES + 188);
  private length = 0;
  private collecting = false;

  /** Feeds one packet's payload `[from, to)`; returns the sections that it completed. */
  push(packet: Uint8Array, from: number, to: number, startsUnit: boolean): Uint8Array[] {
    if (!startsUnit) return this.collecting ? this.append(packet, from, to) : [];
    const pointer = packet[from];
    const first = from + 1 + pointer;
    if (first > to) {
      this.reset();
      return [];
    }
    const completed = this.collecting ? this.append(packet, from + 1, first) : [];
    this.reset();
    this.collecting = true;
    return [...completed, ...this.append(packet, first, to)];
  }

  reset(): void {
    this.length = 0;
    this.collecting = false;
  }

  private append(packet: Uint8Array, from: number, to: number): Uint8Array[] {
    if (this.length + (to - from) > this.bytes.length) {
      this.reset();
      return [];
    }
    this.bytes.set(packet.subarray(from, to), this.length);
    this.length += to - from;
    return this.takeComplete();
  }

  private takeComplete(): Uint8Array[] {
    const sections: Uint8Array[] = [];
    let start = 0;
    while (start + 3 <= this.length) {
      if (this.bytes[start] === STUFFING_TABLE_ID) {
        this.reset();
        return sections;
      }
      const end = start + 3 + (((this.bytes[start + 1] & 0x0f) << 8) | this.bytes[start + 2]);
      if (end > this.length) break;
      sections.push(this.bytes.slice(start, end));
      start = end;
    }
    this.bytes.copyWithin(0, start, this.length);
    this.length -= start;
    return sections;
  }
}
