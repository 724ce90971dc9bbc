import type { ClipfleetError } from '../../errors.js';

/** A file as the file API shows it. Times are unix seconds. */
export interface FileAnswer {
  id: string;
  name: string;
  cdn_path: string;
  /** Address of the content. */
  path: string;
  media_type: string;
  mime_type: string | null;
  size: number;
  status: string;
  /** Only of one that failed. */
  error_msg?: string;
  created_at: number;
  updated_at: number;
  reference: Record<string, never>;
  created_by: number;
  categories: CategoryAnswer[];
  /** What clients of `/hserve` read instead of `categories`. */
  category?: CategoryAnswer | Record<string, never>;
}

export interface CategoryAnswer {
  id: string;
  parent: null;
  name: string;
}

export interface ListAnswer<T> {
  meta: { limit: number; next: string | null; offset: number; previous: string | null; total_count?: number };
  objects: T[];
}

/** How long a playlist is and where its segments end, in seconds. */
export interface PlaylistMetaAnswer {
  status_code: 200;
  message: 'ok';
  meta: { duration: number; points: number[] };
}

/** Every refusal of the file API, whatever the status. */
export const fileApiRefusal = ({ message }: ClipfleetError): { status: 'error'; error_msg: string } => ({
  status: 'error',
  error_msg: message,
});

/** `next` and `previous` are paths with a query: the request's, with another offset. */
export const listAnswer = <T>(
  objects: T[],
  page: { limit: number; offset: number; hasMore: boolean; totalCount?: number },
  requestUrl: string,
): ListAnswer<T> => {
  const { limit, offset, hasMore, totalCount } = page;
  const at = (toOffset: number): string => {
    const [path, query = ''] = requestUrl.split('?', 2);
    const parameters = new URLSearchParams(query);
    parameters.set('limit', String(limit));
    parameters.set('offset', String(toOffset));
    return `${path}?${parameters.toString()}`;
  };
  return {
    meta: {
      limit,
      next: hasMore ? at(offset + limit) : null,
      offset,
      previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
      ...(totalCount !== undefined && { total_count: totalCount }),
    },
    objects,
  };
};
