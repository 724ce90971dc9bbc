/** The part of m3u8-parser 7.2 that is used here; the package has no types of its own. */
declare module 'm3u8-parser' {
  export interface ParsedSegment {
    uri: string;
    byterange?: { length: number; offset: number };
    dateTimeString?: string;
    discontinuity?: boolean;
    key?: { method: string; uri: string; iv?: Uint32Array };
    map?: { uri: string; byterange?: { length: number; offset?: number } };
    custom?: { gap?: boolean };
    attributes?: Record<string, unknown>;
  }
  export interface Rendition {
    uri?: string;
  }
  export interface Manifest {
    segments: ParsedSegment[];
    playlists?: ParsedSegment[];
    mediaGroups?: { AUDIO: Record<string, Record<string, Rendition>> };
    mediaSequence?: number;
    targetDuration?: number;
    endList?: boolean;
  }
  export class Parser {
    manifest: Manifest;
    addParser(options: {
      expression: RegExp;
      customType: string;
      dataParser: (line: string) => unknown;
      segment: boolean;
    }): void;
    push(chunk: string): void;
    end(): void;
  }
}
