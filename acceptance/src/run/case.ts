import type { Container } from '../fleet/acceptance-fleet.js';
import type { Kind } from '../kinds/kind.js';

/** `start`: all of it. `middle`: whole segments from one in the middle on. `cut`: exact (mp4, mov) or at a keyframe (ts). */
export const shapes = ['start', 'middle', 'cut'] as const;
export type Shape = (typeof shapes)[number];

export const containers = ['mp4', 'mov', 'ts'] as const satisfies readonly Container[];
export const rangeSizes = [1, 2, 3, 7] as const;

/** One export of the table. */
export interface AcceptanceCase {
  readonly segmentsPerRange: number;
  readonly container: Container;
  readonly shape: Shape;
}

export interface CaseResult extends AcceptanceCase {
  readonly kindName: string;
  /** Absent: as it should be. */
  readonly problem?: string;
  readonly taskCount: number;
  readonly packetCount: number;
  /** Pictures that were held against the source's. */
  readonly frameCount: number;
  readonly sha256: string;
}

/** Those of them that there are of a kind. */
export const casesOfKind = ({ only }: Pick<Kind, 'only'>, cases: readonly AcceptanceCase[]): AcceptanceCase[] =>
  cases.filter(
    ({ container, shape }) =>
      (only?.containers?.includes(container) ?? true) && (only?.shapes?.includes(shape) ?? true),
  );

export const allCases = (
  given: Partial<Record<'rangeSizes' | 'containers', readonly (string | number)[]>> = {},
): AcceptanceCase[] =>
  rangeSizes
    .filter((size) => given.rangeSizes?.includes(size) ?? true)
    .flatMap((segmentsPerRange) =>
      containers
        .filter((container) => given.containers?.includes(container) ?? true)
        .flatMap((container) => shapes.map((shape) => ({ segmentsPerRange, container, shape }))),
    );
