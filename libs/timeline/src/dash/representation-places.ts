import type { XmlNode } from 'mpd-parser';
import { resolveBase } from '../timeline/resolve-key.js';
import { atLine } from '../timeline/timeline-error.js';

/** Where a Representation stands, and what its addresses are relative to. */
export interface RepresentationPlace {
  /** 0-based. */
  periodIndex: number;
  baseKey: string;
  line: number | undefined;
}

const LEVELS = ['MPD', 'Period', 'AdaptationSet', 'Representation'];

const children = (node: XmlNode): XmlNode[] => Array.from(node.childNodes).filter((child) => child.nodeType === 1);

const refuseByName = (node: XmlNode): void => {
  if (node.nodeName === 'ContentProtection' || node.nodeName.endsWith(':ContentProtection')) {
    throw atLine('unsupported-source', node.lineNumber, 'ContentProtection: DRM is not supported.');
  }
  if (node.getAttribute('xlink:href')) {
    throw atLine('unsupported-source', node.lineNumber, `<${node.nodeName} xlink:href>: remote elements are not read.`);
  }
};

/** ISO/IEC 23009-1 §5.6: of several BaseURLs the first is taken; the others are other ways to the same content. */
const takeBaseUrl = (node: XmlNode, baseKey: string): string => {
  const found = children(node).filter((child) => child.nodeName === 'BaseURL');
  for (const element of found) node.removeChild(element);
  const text = found[0]?.textContent?.trim();
  return text ? resolveBase(text, baseKey, found[0].lineNumber) : baseKey;
};

/**
 * The Representations in document order, which is the order mpd-parser lists them in. Takes the BaseURLs out of the
 * document: mpd-parser would multiply them, and resolve them as a browser does, dropping every `..` above the root.
 */
export const takeRepresentationPlaces = (mpd: XmlNode, playlistKey: string): RepresentationPlace[] => {
  const places: RepresentationPlace[] = [];
  let periodIndex = -1;
  const walk = (node: XmlNode, level: number, outerBaseKey: string): void => {
    if (LEVELS[level] === 'Period') periodIndex += 1;
    const baseKey = takeBaseUrl(node, outerBaseKey);
    for (const child of children(node)) {
      refuseByName(child);
      if (child.nodeName === LEVELS[level + 1]) walk(child, level + 1, baseKey);
    }
    if (LEVELS[level] === 'Representation') places.push({ periodIndex, baseKey, line: node.lineNumber });
  };
  walk(mpd, 0, playlistKey);
  return places;
};
