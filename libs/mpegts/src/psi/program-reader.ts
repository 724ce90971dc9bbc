import { concatBytes, copyBytes, sameBytes } from '../bytes.js';
import { PACKET_BYTES, PAT_PID, payloadOffset, startsUnit } from '../packet/packet.js';
import { crc32Mpeg } from './crc32.js';
import type { TsProgram } from './program.js';
import { parsePat, parsePmt } from './program.js';
import { SectionAssembler } from './section-assembler.js';

/** A table's section and the packets that carried it. */
class TableReader {
  private readonly assembler = new SectionAssembler();
  private collected: Uint8Array[] = [];
  /** The packets of the last good section. */
  packets: readonly Uint8Array[] = [];
  private current: Uint8Array | undefined;

  constructor(private readonly onBadCrc: () => void) {}

  /** The sections that this packet completed and that differ from the one before. */
  push(bytes: Uint8Array, offset: number): Uint8Array[] {
    const unitStarts = startsUnit(bytes, offset);
    if (unitStarts) this.collected = [];
    this.collected.push(copyBytes(bytes, offset, offset + PACKET_BYTES));
    const end = offset + PACKET_BYTES;
    const fresh: Uint8Array[] = [];
    for (const section of this.assembler.push(bytes, payloadOffset(bytes, offset), end, unitStarts)) {
      if (crc32Mpeg(section) !== 0) {
        this.onBadCrc();
        continue;
      }
      this.packets = this.collected;
      if (this.current !== undefined && sameBytes(section, this.current)) continue;
      this.current = section;
      fresh.push(section);
    }
    return fresh;
  }
}

/** Follows PAT and PMT; knows the program in force and the packets that declared it. */
export class ProgramReader {
  private pat: TableReader;
  private pmt: TableReader | undefined;
  private programNumber = 0;
  /** -1 until a PAT was read. */
  pmtPid = -1;
  program: TsProgram | undefined;

  constructor(private readonly onBadCrc: (pid: number) => void = () => {}) {
    this.pat = new TableReader(() => this.onBadCrc(PAT_PID));
  }

  owns(pid: number): boolean {
    return pid === PAT_PID || pid === this.pmtPid;
  }

  /** PAT and PMT packets of the program in force, one behind the other; empty until both were read. */
  get programPackets(): Uint8Array {
    if (this.pmt === undefined || this.program === undefined) return new Uint8Array(0);
    return concatBytes([...this.pat.packets, ...this.pmt.packets]);
  }

  /** Feeds a packet of a PID that this reader owns; true when the program changed. */
  push(pid: number, bytes: Uint8Array, offset: number): boolean {
    return pid === PAT_PID ? this.pushPat(bytes, offset) : this.pushPmt(bytes, offset);
  }

  private pushPat(bytes: Uint8Array, offset: number): boolean {
    for (const section of this.pat.push(bytes, offset)) {
      const entry = parsePat(section);
      if (entry === undefined) continue;
      this.programNumber = entry.programNumber;
      if (entry.pmtPid === this.pmtPid) continue;
      this.pmtPid = entry.pmtPid;
      this.pmt = new TableReader(() => this.onBadCrc(entry.pmtPid));
    }
    return false;
  }

  private pushPmt(bytes: Uint8Array, offset: number): boolean {
    let changed = false;
    for (const section of this.pmt?.push(bytes, offset) ?? []) {
      const program = parsePmt(section, this.pmtPid);
      // A PID may carry the PMTs of several programs: ISO/IEC 13818-1 §2.4.4.
      if (program === undefined || program.programNumber !== this.programNumber) continue;
      this.program = program;
      changed = true;
    }
    return changed;
  }
}
