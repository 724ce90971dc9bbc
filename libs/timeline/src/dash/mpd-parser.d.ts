/** The part of mpd-parser 1.4 that is used here; the package has no types of its own. */
declare module 'mpd-parser' {
  export interface XmlNode {
    nodeType: number;
    nodeName: string;
    textContent: string | null;
    childNodes: ArrayLike<XmlNode>;
    /** Set by the XML parser: 1-based. */
    lineNumber?: number;
    getAttribute(name: string): string | null;
    removeChild(child: XmlNode): XmlNode;
  }
  /** Attributes of MPD, Period, AdaptationSet and Representation, inherited; times in seconds. */
  export interface RepresentationAttributes {
    type: 'static' | 'dynamic';
    periodStart: number | null;
    periodDuration?: number;
    sourceDuration: number;
    availabilityStartTime?: number;
    timeShiftBufferDepth?: number;
    NOW: number;
    bandwidth?: number;
    mimeType?: string;
    contentType?: string;
    codecs?: string;
    id?: string;
  }
  /** SegmentTemplate or SegmentList; numbers in units of the timescale. */
  export interface Addressing {
    timescale?: number;
    duration?: number;
    startNumber?: number;
    endNumber?: number | string;
    presentationTimeOffset?: number;
    media?: string;
    segmentUrls?: unknown[];
    periodDuration?: number;
    sourceDuration?: number;
  }
  export interface TimelineEntry {
    t?: number;
    d?: number;
    r?: number;
  }
  export interface SegmentInfo {
    template?: Addressing;
    list?: Addressing;
    base?: Addressing;
    segmentTimeline?: TimelineEntry[];
  }
  export interface RepresentationInfo {
    attributes: RepresentationAttributes;
    segmentInfo: SegmentInfo;
  }
  export interface DashSegment {
    uri: string;
    duration: number;
    number: number;
    presentationTime: number;
    byterange?: { length: number | bigint; offset: number | bigint };
  }
  export function stringToMpdXml(text: string): XmlNode;
  export function inheritAttributes(
    mpd: XmlNode,
    options: { NOW: number; manifestUri: string },
  ): { representationInfo: RepresentationInfo[] };
  export function toPlaylists(representations: RepresentationInfo[]): { segments?: DashSegment[] }[];
}
