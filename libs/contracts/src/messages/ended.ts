import { z } from 'zod';
import { exportHeader, versioned } from './header.js';

/** gateway → all workers, the value at `endedKeySubject(exportId)`: work of this generation and earlier ones is void. */
export const exportEnded = z.object({ ...versioned('export.ended'), ...exportHeader });
export type ExportEnded = z.infer<typeof exportEnded>;
