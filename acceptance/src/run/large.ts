export interface LargeResult {
  facts: { what: string; found: string }[];
  problem?: string;
}
